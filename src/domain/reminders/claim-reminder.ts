import type { App } from '../../app.ts';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { DueRow } from '../../queues/contract.ts';
import { gathered } from '../../shared/gathered.ts';
import { saveEach } from '../records/save-each.ts';
import { latestMs } from '../reminder-rules/moment.ts';
import { isExhausted, patientRetry } from '../work/retry.ts';
import type { WorkContext } from '../work/work.ts';
import { followingChange } from './follow-task.ts';
import { type Recipient, readReminders } from './read-reminders.ts';
import { type ReminderChange, reminderRecords } from './store.ts';

export const retry = patientRetry;

/** A claimed reminder with the data for its delivery. The worker holds the lease until it expires. */
export type ReminderClaim = { row: Reminder; task: Task; recipient: Recipient };

/**
 * Claims a reminder for delivery. Null if it must not be delivered: it has another version than the job, its task no
 * longer needs it, or it can no longer be delivered. It then gets the corresponding status. If somebody has it locked, the
 * next scan finds it.
 */
export function claimReminder({ app, requestId }: WorkContext, due: DueRow): Promise<ReminderClaim | null> {
  return claim(app, { ...due, requestId });
}

type Asked = DueRow & { requestId: string };

/** Jobs of one reminder at different versions may be claimed together: only that of the current version can get it. */
const keyOf = ({ id, version }: Pick<DueRow, 'id' | 'version'>) => `${id} ${version}`;

/** Nothing is locked between the two statements: a change of a task that concerns a reminder raises its version. */
const claim = gathered(async (app: App, asked: readonly Asked[]): Promise<(ReminderClaim | null)[]> => {
  // Of several jobs of one reminder at one version, the last one gets it.
  const byKey = new Map(asked.map((one) => [keyOf(one), one]));
  const found = await readReminders(app.db, [...new Set(asked.map(({ id }) => id))]);
  const now = app.clock.now();
  const judged = found.flatMap(({ reminder, task, recipient }) => {
    const current = byKey.get(keyOf(reminder));
    if (!current) return [];
    const other = followingChange(reminder, task, now) ?? obstacle(reminder, recipient, now);
    return [{ current, reminder, task, recipient, other }];
  });
  const saved = await saveEach(
    app,
    reminderRecords,
    judged.map(({ current: { requestId }, reminder, other }) => ({
      before: reminder,
      changes: [other ?? sending(reminder)],
      requestId,
    })),
  );
  const claims = new Map(
    judged.flatMap(({ current, task, recipient, other }, index) => {
      const row = saved[index];
      return row && recipient && !other ? [[current, { row, task, recipient }] as const] : [];
    }),
  );
  return asked.map((one) => claims.get(one) ?? null);
});

function sending({ attempts, lastError }: Reminder): ReminderChange {
  return { event: 'reminder.sending', changes: { attempts: attempts + 1, lastError } };
}

/** Why a reminder cannot be delivered although its task needs it. */
function obstacle(reminder: Reminder, recipient: Recipient | null, now: Date): ReminderChange | null {
  if (!recipient) {
    return { event: 'reminder.cancelled', changes: { lastError: 'The recipient can no longer see the task.' } };
  }
  // The user reads the inbox at any time, so late IN_APP reminders are still useful.
  const isLate = reminder.nextAttemptAt && now.getTime() - reminder.nextAttemptAt.getTime() > latestMs;
  if (isLate && reminder.channel !== 'IN_APP') {
    return {
      event: 'reminder.expired',
      changes: { lastError: 'The reminder could not be delivered within one day after its time.' },
    };
  }
  if (isExhausted(retry, reminder.attempts)) {
    return { event: 'reminder.failed', changes: { lastError: reminder.lastError ?? 'Every attempt was interrupted.' } };
  }
  if (reminder.channel === 'EMAIL' && !recipient.wantsReminderMails) {
    return { event: 'reminder.cancelled', changes: { lastError: 'The recipient has turned off reminder e-mails.' } };
  }
  if (reminder.channel === 'WEBHOOK' && !recipient.webhookId) {
    return { event: 'reminder.failed', changes: { lastError: 'The recipient has no webhook.' } };
  }
  return null;
}
