import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Reminder, Task } from '../../generated/prisma/client.ts';
import { ReminderChannel, ReminderTrigger } from '../../generated/prisma/enums.ts';
import { conflict, invalidInput } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { type Change, change } from '../change.ts';
import { lockLiveTask } from '../tasks/store.ts';
import { relativeMoment } from './moment.ts';
import { insertReminder } from './store.ts';

const inputSchema = z.object({
  taskId: z.uuid(),
  trigger: z.enum(ReminderTrigger),
  at: z.date().nullish(),
  channel: z.enum(ReminderChannel).nullish(),
});
export type CreateReminderInput = z.input<typeof inputSchema>;
type Wanted = z.output<typeof inputSchema>;

const maxOpenPerTask = 20;

/**
 * Makes a reminder to the viewer about a task they see.
 * @throws AppError `INVALID_INPUT` when the task has no due that the trigger needs, or the moment has passed;
 * `NOT_FOUND`; `CONFLICT` when the task is done, in the trash, or has 20 open reminders.
 */
export async function createReminder(
  acting: Acting,
  { input, idempotencyKey }: { input: CreateReminderInput; idempotencyKey?: string | null },
): Promise<{ reminder: Reminder; changeId: string }> {
  authorize(acting.viewer, 'reminder:write');
  const wanted = validate(inputSchema, input);
  return change(acting, { operation: 'createReminder', input, idempotencyKey }, async (tx) => {
    const task = await lockLiveTask(tx, acting.viewer, { id: wanted.taskId });
    if (task.status !== 'ACTIVE') throw conflict('The task is completed. Reopen it first.');
    await requireRoom(tx, task);
    const remindAt = momentOf(wanted, task, tx.now);
    const reminder: Reminder = {
      id: newId(),
      tenantId: task.tenantId,
      taskId: task.id,
      userId: acting.viewer.userId,
      trigger: wanted.trigger,
      channel: wanted.channel ?? 'EMAIL',
      status: 'PENDING',
      remindAt,
      nextAttemptAt: remindAt,
      attempts: 0,
      lastError: null,
      sentAt: null,
      version: 1,
      createdAt: tx.now,
      updatedAt: tx.now,
      leaseExpiresAt: null,
    };
    await insertReminder(tx, reminder);
    return { reminder };
  });
}

/** @throws AppError `INVALID_INPUT` on the field that is at fault. */
function momentOf({ trigger, at }: Wanted, task: Task, now: Date): Date {
  if (trigger === 'ABSOLUTE') {
    if (!at) throw fault('at', 'An ABSOLUTE reminder needs its moment.');
    if (at <= now) throw fault('at', 'This moment has passed.');
    return at;
  }
  if (at) throw fault('at', 'Only an ABSOLUTE reminder has a moment of its own.');
  const moment = relativeMoment(task);
  if (!moment) throw fault('trigger', 'The task has no due. Give it one, or use ABSOLUTE.');
  if (moment <= now) throw fault('trigger', `The moment of this reminder, ${moment.toISOString()}, has passed.`);
  return moment;
}

/** Counted while the task is locked, so that two calls cannot both take the last place. */
async function requireRoom(tx: Change, task: Task): Promise<void> {
  const [open] = await tx.query<{ count: number }>(
    'count-open-reminders',
    `SELECT count(*)::int AS count FROM reminder
     WHERE "tenantId" = $1 AND "taskId" = $2 AND status IN ('PENDING', 'SENDING')`,
    [task.tenantId, task.id],
  );
  if (open && open.count >= maxOpenPerTask) throw conflict(`A task has at most ${maxOpenPerTask} open reminders.`);
}

function fault(field: string, message: string) {
  return invalidInput([{ path: ['input', field], message }]);
}
