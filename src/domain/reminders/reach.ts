import type { Viewer } from '../../auth/viewer.ts';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import type { DefaultReminder } from '../reminder-rules/input.ts';

/** How the viewer can be reminded of a task. */
export type Reach = {
  /** The number of open reminders of the task: the viewer's own, and all. */
  ownOpen: number;
  open: number;
  wantsReminderMails: boolean;
  hasWebhook: boolean;
  defaultReminders: DefaultReminder[];
};

const select = `
  SELECT "wantsReminderMails", "defaultReminders", counted.*,
    EXISTS (SELECT FROM webhook WHERE "tenantId" = $1 AND "userId" = $3) AS "hasWebhook"
  FROM "user", LATERAL (
    SELECT count(*)::int AS open, count(*) FILTER (WHERE "userId" = $3)::int AS "ownOpen" FROM reminder
    WHERE "tenantId" = $1 AND "taskId" = $2 AND status IN ('PENDING', 'SENDING')
  ) counted
  WHERE "user".id = $3`;

/**
 * Read while the task is locked or new, so that concurrent calls cannot exceed the limit. Null stands for tasks without
 * reminders.
 */
export async function readReach(tx: Change, viewer: Viewer, task: Pick<Task, 'id'> | null): Promise<Reach> {
  const [reach] = await tx.query<Reach>('reminder-reach', select, [viewer.tenantId, task?.id ?? null, viewer.userId]);
  if (!reach) throw new Error(`The user ${viewer.userId} does not exist.`);
  return reach;
}

/** Why the viewer cannot be reminded through this channel; null if they can. */
export function channelFault({ wantsReminderMails, hasWebhook }: Reach, channel: Reminder['channel']): string | null {
  if (channel === 'EMAIL' && !wantsReminderMails) {
    return 'You have turned off reminder e-mails. Turn them on with updateMe first.';
  }
  if (channel === 'WEBHOOK' && !hasWebhook)
    return 'You have no webhook in this tenant. Create one with createWebhook first.';
  return null;
}
