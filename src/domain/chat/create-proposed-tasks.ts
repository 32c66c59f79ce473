import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import type { Change } from '../records/change.ts';
import { createTaskWithin } from '../task-operations/create-task.ts';
import { createTaskSchema } from '../tasks/input.ts';
import type { Action } from './proposal.ts';

/** Creates the proposed tasks. @throws AppError `FORBIDDEN`, or `INVALID_INPUT` on the text of the message. */
export async function createProposedTasks(
  tx: Change,
  { viewer }: Acting,
  actions: readonly Extract<Action, { intent: 'create_task' }>[],
): Promise<Task[]> {
  authorize(viewer, 'task:write');
  const tasks: Task[] = [];
  for (const { title, notes, due, priority, tags } of actions) {
    const at = due && 'at' in due ? { atInZone: { ...due, at: new Date(due.at) } } : due;
    const fields = validate(createTaskSchema, { title, notes, due: at, priority, tags }, ['text']);
    tasks.push(await createTaskWithin(tx, viewer, fields));
  }
  return tasks;
}
