import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../../app.ts';
import { gathered } from '../../shared/gathered.ts';
import { saveEach } from '../records/save-each.ts';
import { nextVersion, StaleRecordError } from '../records/save-records.ts';
import type { Outcome } from '../work/retry.ts';
import type { WorkContext } from '../work/work.ts';
import type { ReminderClaim } from './claim-reminder.ts';
import { followingChange } from './follow-task.ts';
import { readReminders } from './read-reminders.ts';
import { type ReminderChange, reminderRecords } from './store.ts';

/** The outcome of a delivery, to be written under the lease that the row of the claim has. */
type Settling = Pick<ReminderClaim, 'row' | 'task'> & { outcome: Outcome; requestId: string };

/** The time after which it is tried again when somebody has the task locked. */
const lockedMs = 50;

/**
 * Records how sending ended. If the due date of the task has changed meanwhile, the reminder follows it in the same
 * change. @throws StaleRecordError when the reminder has been changed or taken over meanwhile.
 */
export async function settleDelivery(
  { app, requestId }: WorkContext,
  { row, task }: Pick<ReminderClaim, 'row' | 'task'>,
  outcome: Outcome,
): Promise<void> {
  for (let known = task; !(await settle(app, { row, task: known, outcome, requestId })); ) {
    const [current] = await readReminders(app.db, [row.id]);
    if (current?.reminder.version !== row.version) {
      throw new StaleRecordError(`The reminder no longer has version ${row.version}.`);
    }
    if (current.task.version === known.version) await delay(lockedMs);
    known = current.task;
  }
}

/** A task cannot change between this decision and its writing: the statement asks for its version, and locks it. */
const settle = gathered(async (app: App, settling: readonly Settling[]) => {
  const now = app.clock.now();
  const changing = settling.map(({ row, task, outcome, requestId }) => {
    return { before: row, changes: changesOf({ row, task, outcome }, now), taskVersion: task.version, requestId };
  });
  return saveEach(app, reminderRecords, changing);
});

function changesOf({ row, task, outcome }: Omit<Settling, 'requestId'>, now: Date): ReminderChange[] {
  const settled = settledBy(outcome, now);
  const follows = followingChange(nextVersion({ now }, reminderRecords, { before: row, ...settled }), task, now);
  return follows ? [settled, follows] : [settled];
}

function settledBy(outcome: Outcome, now: Date): ReminderChange {
  if (outcome.kind === 'DONE') return { event: 'reminder.sent', changes: { sentAt: now, lastError: null } };
  const lastError = outcome.failure.message;
  if (outcome.kind === 'DEAD') return { event: 'reminder.failed', changes: { lastError } };
  return { event: 'reminder.deferred', changes: { nextAttemptAt: outcome.retryAt, lastError } };
}
