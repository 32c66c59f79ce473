import type { LoggedEvent } from './contract.ts';

/** What an event takes without the texts in its rows. */
const baseBytes = 2_000;

/** The bytes that an event takes in memory, nearly: what makes it large are the texts of its row before and after. */
export function eventBytes({ before, after }: Partial<Pick<LoggedEvent, 'before' | 'after'>>): number {
  return baseBytes + textBytes(before) + textBytes(after);
}

/** Most characters take one byte; of a text with others, all take two. */
function textBytes(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = 0;
  for (const part of Object.values(value)) bytes += textBytes(part);
  return bytes;
}
