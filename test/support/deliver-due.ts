import type { App } from '../../src/app.ts';
import { deliverReminder } from '../../src/domain/reminders/deliver-reminder.ts';

/** Sends the reminders that are due now, as the workers would. */
export async function deliverDue(app: App): Promise<void> {
  const { rows } = await app.db.query<{ id: string; version: number }>(
    `SELECT id, version FROM reminder WHERE status = 'PENDING' AND "nextAttemptAt" <= $1 ORDER BY id`,
    [app.clock.now()],
  );
  const run = { requestId: 'a test', signal: new AbortController().signal };
  for (const word of rows) await deliverReminder(app, word, run);
}
