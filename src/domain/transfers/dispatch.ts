import type { App } from '../../app.ts';
import { enqueueAll } from '../../queues/enqueue.ts';

type Word = { id: string; version: number };

/** An import whose file has not come by then is given up. */
export const uploadMs = 60 * 60 * 1000;
const batchSize = 100;

/** Tells the queue of transfers that can be taken up. Their rows say so already, so a failure is no more than reported. */
export async function dispatch(app: Pick<App, 'queues' | 'log'>, transfers: readonly Word[]): Promise<void> {
  const words = transfers.map(({ id, version }) => ({ id, version }));
  try {
    await enqueueAll(app.queues, 'transfer.run', words);
  } catch (error) {
    app.log.warn({ err: error }, 'A transfer could not be enqueued. The next scan tries again.');
  }
}

const find = `
  SELECT id, version FROM transfer
  WHERE "finishedAt" IS NULL AND (status = 'QUEUED' OR "leaseExpiresAt" < clock_timestamp()
    OR status = 'AWAITING_CONTENT' AND "updatedAt" < $1)
  ORDER BY id LIMIT ${batchSize}`;

const remove = `DELETE FROM transfer WHERE id IN (
  SELECT id FROM transfer WHERE "expiresAt" <= $1 ORDER BY "expiresAt" LIMIT 10 FOR UPDATE SKIP LOCKED)`;

/** Finds what waits, what a dead worker left, and imports whose file never came; removes what is past its time. */
export async function scanTransfers(app: Pick<App, 'db' | 'clock' | 'queues' | 'log'>): Promise<void> {
  const now = app.clock.now();
  const values = [new Date(now.getTime() - uploadMs)];
  const { rows } = await app.db.query<Word>({ name: 'find-transfers', text: find, values });
  if (rows.length > 0) await dispatch(app, rows);
  await app.db.query({ name: 'remove-transfers', text: remove, values: [now] });
}
