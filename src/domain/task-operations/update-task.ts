import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { change, type Keyed } from '../records/change.ts';
import { addDefaultReminders } from '../reminders/add-reminders.ts';
import { type UpdateTaskInput, updateTaskSchema } from '../tasks/input.ts';
import { onlyAnswer } from './answer.ts';
import { editTasks } from './edit-tasks.ts';

/**
 * Updates the given fields: omitted fields are not changed, null clears a field. Nothing is written if nothing differs.
 * Subtasks that the viewer can see move to another project with it. @throws AppError `INVALID_INPUT`, `NOT_FOUND`,
 * `CONFLICT` (in the trash, or the project is archived), `PRECONDITION_FAILED`.
 */
export async function updateTask(
  acting: Acting,
  { input, idempotencyKey }: Keyed<UpdateTaskInput>,
): Promise<{ task: Task; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { id, ...edits } = validate(updateTaskSchema, input);
  return change(acting, { operation: 'updateTask', input, idempotencyKey }, async (tx) => {
    const targets = [{ id, expectedVersion: input.expectedVersion }];
    let hadDue = true;
    const editsOf = ({ dueAt }: Task) => {
      hadDue = dueAt !== null;
      return edits;
    };
    const task = onlyAnswer(await editTasks(tx, acting.viewer, { targets, editsOf, shared: edits }));
    if (!hadDue && task.dueAt) await addDefaultReminders(tx, acting.viewer, task);
    return { task };
  });
}
