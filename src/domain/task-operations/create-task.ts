import type { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { addDefaultReminders, addReminders } from '../reminders/add-reminders.ts';
import { type CreateTaskInput, createTaskSchema } from '../tasks/input.ts';
import { holdForNewTasks, newTask } from '../tasks/new-task.ts';
import { taskRecords } from '../tasks/store.ts';

/**
 * Creates a task of the viewer. @throws AppError `INVALID_INPUT`, also for an assignee who cannot see the project;
 * `NOT_FOUND` for an assignee who is not a member, or an invisible project; `CONFLICT` if the project is archived.
 */
export async function createTask(
  acting: Acting,
  { input, idempotencyKey }: Keyed<CreateTaskInput>,
): Promise<{ task: Task; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const fields = validate(createTaskSchema, input);
  return change(acting, { operation: 'createTask', input, idempotencyKey }, async (tx) => ({
    task: await createTaskWithin(tx, acting.viewer, fields),
  }));
}

/**
 * Creates a task as part of a larger change. The caller has checked the permission and validated the fields, which are
 * at the path `at`. Except for reminders, everything is checked before anything is written.
 */
export async function createTaskWithin(
  tx: Change,
  viewer: Viewer,
  { reminders, ...fields }: z.output<typeof createTaskSchema>,
  at: readonly string[] = ['input'],
): Promise<Task> {
  const held = await holdForNewTasks(tx, viewer, [fields]);
  const task = newTask({ tx, viewer, held }, fields, at);
  await insertRecords(tx, taskRecords, [task]);
  if (reminders?.length) {
    const placed = reminders.map((wanted, index) => ({ wanted, place: [...at, 'reminders', index] }));
    await addReminders(tx, viewer, { task, reminders: placed });
  } else if (!reminders && task.dueAt) await addDefaultReminders(tx, viewer, task);
  return task;
}
