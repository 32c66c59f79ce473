import type { ExecutionApp } from './append-events.ts';

const batchSize = 500;

const due = `FROM execution WHERE status = 'WAITING' AND NOT "isAwake" AND "wakeAt" <= clock_timestamp()`;

/** As SQL: whether there is anything for `wakeWaiting`. */
export const hasDueWait = `EXISTS (SELECT ${due})`;

const wake = `
  UPDATE execution SET "isAwake" = true WHERE id = ANY (ARRAY(
    SELECT id ${due} ORDER BY "wakeAt" LIMIT ${batchSize} FOR NO KEY UPDATE SKIP LOCKED))`;

/** Lets workers take executions whose wait is over. @returns how many. */
export async function wakeWaiting({ db }: Pick<ExecutionApp, 'db'>): Promise<number> {
  return (await db.query({ name: 'wake-waiting', text: wake })).rowCount ?? 0;
}
