import { expect, test } from 'vitest';
import { type ErasureRules, erasureRules } from '../../src/domain/erasures/rules.ts';
import { eventTypes, type Kind, kind, kindNames, kindOf } from '../../src/events/contract.ts';
import type { Webhook } from '../../src/generated/prisma/client.ts';

/* What the compiler refuses: each line after @ts-expect-error would fail `npm run check` if it compiled. */

test('a kind that does not say how it is erased does not compile', () => {
  const complete: ErasureRules<Kind> = erasureRules;
  // @ts-expect-error: there is a rule for every kind but `robot`.
  const incomplete: ErasureRules<Kind | 'robot'> = erasureRules;
  const { webhook: _, ...others } = erasureRules;
  // @ts-expect-error: the rule for webhooks is missing.
  const forgetful: ErasureRules<Kind> = others;
  expect([complete, incomplete, forgetful].map((rules) => 'webhook' in rules)).toEqual([true, true, false]);
});

test('a kind that forgets a date of its row, or omits what is no column of it, does not compile', () => {
  const events = ['created'] as const;
  const declared = kind<Webhook>()({ events, omitted: ['url'], dates: { createdAt: true } });
  // @ts-expect-error: `createdAt` is missing.
  kind<Webhook>()({ events, dates: {} });
  // @ts-expect-error: `url` is no date.
  kind<Webhook>()({ events, dates: { createdAt: true, url: true } });
  // @ts-expect-error: there is no column `secret`.
  kind<Webhook>()({ events, omitted: ['secret'], dates: { createdAt: true } });
  expect(declared).toEqual({ events, omitted: ['url'], dates: { createdAt: true } });
});

test('every type of event is of a kind', () => {
  expect(new Set(eventTypes.map(kindOf))).toEqual(new Set(kindNames));
  expect(eventTypes).toContain('execution.cancelRequested');
});
