import type { App } from '../../src/app.ts';
import { reminderWork } from '../../src/domain/reminders/work.ts';
import { workContext } from './work.ts';

/** Sends the reminders that are due now, as the workers would. */
export async function deliverDue(app: App): Promise<void> {
  const { rows } = await app.db.query<{ id: string; version: number }>(
    `SELECT id, version FROM reminder WHERE status = 'PENDING' AND "nextAttemptAt" <= $1 ORDER BY id`,
    [app.clock.now()],
  );
  for (const word of rows) await reminderWork.attempt(workContext(app), word);
}
