import type pg from 'pg';
import { gathered } from '../../shared/gathered.ts';
import { type ExecutionApp, type Statement, writeAllWithEvents } from './append-events.ts';
import type { Asked } from './transition-writer.ts';

/**
 * Writes transitions that come together by one statement. Each is accepted or refused by itself. @returns a function
 * whose result is the row of the statement, or null when the transition was refused.
 */
export function writeTogether<R extends pg.QueryResultRow>(
  statementOf: (asked: readonly Asked[]) => Statement,
): (app: ExecutionApp, asked: Asked) => Promise<R | null> {
  return gathered(async (app: ExecutionApp, all: readonly Asked[]) => {
    // Of several that ask for the same, one can be accepted.
    const keyOf = ({ id, guard }: Asked) => `${id} ${guard}`;
    const keys = [...new Set(all.map(keyOf))];
    const asked = keys.map((key) => all.find((one) => keyOf(one) === key) as Asked);
    const rows = await writeAllWithEvents<R & { k: number }>(app, statementOf(asked));
    const accepted = new Map(rows.map((row) => [asked[row.k - 1], row]));
    return all.map((one) => accepted.get(one) ?? null);
  });
}
