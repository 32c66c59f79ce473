import type { App } from '../app.ts';

const batchSize = 5_000;
const dayMs = 24 * 60 * 60 * 1000;

/** Cursors end where the first event that is young enough begins. It reads on from the last time, and that far only. */
const moveOldest = `
  UPDATE event_stream SET "oldestSeq" = greatest("oldestSeq", coalesce(
    (SELECT seq - 1 FROM event WHERE seq > (SELECT "oldestSeq" FROM event_stream) AND "occurredAt" >= $1
     ORDER BY seq LIMIT 1),
    "lastSeq"))`;

/** What no cursor needs any more, the oldest first. */
const deleteEvents = `
  DELETE FROM event WHERE id IN (
    SELECT id FROM event WHERE seq <= (SELECT "oldestSeq" FROM event_stream) ORDER BY seq LIMIT ${batchSize}
  ) AND "occurredAt" < $1`;

const deleteKeys = `
  DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_key WHERE "expiresAt" <= $1 ORDER BY "expiresAt" LIMIT ${batchSize}))`;

/**
 * Forgets what is past its time: expired idempotency keys, cursors older than `streamDays`, and events older than
 * `logDays`. In batches, so that nothing waits for it; stopped or repeated, the next run goes on.
 */
export async function pruneLog(
  { db, clock, config }: Pick<App, 'db' | 'clock' | 'config'>,
  signal: AbortSignal,
): Promise<void> {
  const { streamDays, logDays } = config.retention;
  const nowMs = clock.now().getTime();
  await db.query(moveOldest, [new Date(nowMs - streamDays * dayMs)]);
  for (const [sql, until] of [
    [deleteKeys, new Date(nowMs)],
    [deleteEvents, new Date(nowMs - logDays * dayMs)],
  ] as const) {
    let deleted = batchSize;
    while (deleted === batchSize && !signal.aborted) deleted = (await db.query(sql, [until])).rowCount ?? 0;
  }
}
