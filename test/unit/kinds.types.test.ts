import { expect, test } from 'vitest';
import { undoComment } from '../../src/domain/comments/undo-comment.ts';
import { type Kinds, kinds } from '../../src/domain/kinds/kinds.ts';
import { defineRecords } from '../../src/domain/records/record-kind.ts';
import type { UndoRule } from '../../src/domain/records/undo-rule.ts';
import { eventTypes, type Kind, kind, kindNames, kindOf } from '../../src/events/contract.ts';
import type { Comment, Webhook } from '../../src/generated/prisma/client.ts';

/* What the compiler refuses: each line after @ts-expect-error would fail `npm run check` if it compiled. */

test('a kind that the log has and the table of kinds has not, or that is not undone somehow, does not compile', () => {
  const complete: Kinds<Kind> = kinds;
  // @ts-expect-error: there is every kind but `robot`.
  const incomplete: Kinds<Kind | 'robot'> = kinds;
  const { webhook, ...others } = kinds;
  // @ts-expect-error: webhooks are missing.
  const forgetful: Kinds<Kind> = others;
  // @ts-expect-error: it does not say how changes of webhooks are undone.
  const permanent: Kinds<Kind> = { ...kinds, webhook: { records: webhook.records, typename: 'Webhook' } };
  // @ts-expect-error: it does not say what webhooks are in the API.
  const nameless: Kinds<Kind> = { ...kinds, webhook: { records: webhook.records, undo: 'REFUSED' } };
  // @ts-expect-error: these are the records of another kind.
  const mistaken: Kinds<Kind> = { ...kinds, webhook: kinds.task };
  const tables = [complete, incomplete, forgetful, permanent, nameless, mistaken];
  expect(tables.map((table) => 'webhook' in table)).toEqual([true, true, false, true, true, true]);
});

test('a kind that does not say how it is erased, or who sees it, does not compile', () => {
  const said = { kind: 'webhook', table: 'webhook', noun: 'webhook', fields: { id: 'id' } } as const;
  const seen = () => 'true';
  const complete = defineRecords<'webhook', Webhook>({ ...said, seen, erasure: 'KEPT' });
  // @ts-expect-error: it does not say how it is erased.
  const kept = defineRecords<'webhook', Webhook>({ ...said, seen });
  // @ts-expect-error: it does not say who sees it.
  const hidden = defineRecords<'webhook', Webhook>({ ...said, erasure: 'KEPT' });
  // @ts-expect-error: it has no event of that name.
  const made = defineRecords<'webhook', Webhook>({ ...said, seen, erasure: 'KEPT', created: 'webhook.made' });
  expect([complete, kept, hidden, made].map(({ kind }) => kind)).toEqual(Array(4).fill('webhook'));
});

test('an event of a kind that cannot be undone has to be said', () => {
  const { 'comment.deleted': _, ...others } = undoComment.inverses;
  // @ts-expect-error: it does not say what undoes `comment.deleted`.
  const incomplete: UndoRule<'comment', Comment> = { ...undoComment, inverses: others };
  expect(Object.keys(incomplete.inverses)).not.toContain('comment.deleted');
});

test('a kind that forgets a date of its row, or omits what is no column of it, does not compile', () => {
  const events = { created: 'A webhook was created.' };
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
