import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import { instantSchema } from '../../shared/date-range.ts';
import { textOf } from '../../shared/maximum.ts';
import { ownTurn } from '../../shared/own-turn.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
import { validate, visibleText } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { hashProposal } from './hash.ts';
import type { Proposal } from './proposal.ts';

/** A proposal with the hash that a confirmation must contain. */
export type HashedProposal = { content: Proposal; hash: string };

export const messageLength = textOf(4_000, 'A message');

export const textSchema = visibleText('A message', messageLength);

const inputSchema = z.object({ text: textSchema, now: instantSchema.nullish(), timeZone: timeZoneSchema.nullish() });

/** The rules are many regular expressions that are compiled on first use. This compiles them in advance. */
export async function warmUp(): Promise<void> {
  const rules = await import('./rules/interpret.ts');
  rules.interpret('Buy milk tomorrow at 5pm, high priority #home', { now: new Date(0), timeZone: 'UTC' });
}

/**
 * Interprets a text. Nothing is stored, and equal arguments give equal results. @throws AppError `INVALID_INPUT` with
 * the path of the argument.
 */
export async function interpret(
  { app, viewer }: Pick<Acting, 'app' | 'viewer'>,
  input: z.input<typeof inputSchema>,
): Promise<HashedProposal> {
  authorize(viewer, 'chat:use');
  const { text, now, timeZone } = validate(inputSchema, input, []);
  const rules = await import('./rules/interpret.ts');
  await ownTurn();
  const content = rules.interpret(text, { now: now ?? app.clock.now(), timeZone: timeZone ?? viewer.timeZone });
  return { content, hash: hashProposal(content) };
}
