import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Reminder } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { change, type Keyed } from '../records/change.ts';
import { reminderSchema } from '../reminder-rules/input.ts';
import { lockLiveTask } from '../tasks/store.ts';
import { addReminders } from './add-reminders.ts';

const inputSchema = reminderSchema.and(z.object({ taskId: z.uuid() }));
type CreateReminderInput = z.input<typeof inputSchema>;

/**
 * Creates a reminder of a visible task for the viewer. @throws AppError `INVALID_INPUT` if the task has no due date
 * that the trigger needs, the time has passed, or the viewer cannot be reached through the channel; `NOT_FOUND`;
 * `CONFLICT` if the task is completed, in the trash, or has 20 open reminders.
 */
export async function createReminder(
  acting: Acting,
  { input, idempotencyKey }: Keyed<CreateReminderInput>,
): Promise<{ reminder: Reminder; changeId: string }> {
  authorize(acting.viewer, 'reminder:write');
  const { taskId, ...wanted } = validate(inputSchema, input);
  return change(acting, { operation: 'createReminder', input, idempotencyKey }, async (tx) => {
    const task = await lockLiveTask(tx, acting.viewer, { id: taskId });
    if (task.status !== 'ACTIVE') throw conflict('The task is completed. Reopen it first.');
    const reminders = [{ wanted, place: ['input'] }];
    const [reminder] = await addReminders(tx, acting.viewer, { task, reminders });
    return { reminder: reminder as Reminder };
  });
}
