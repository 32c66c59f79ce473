import { isDeepStrictEqual } from 'node:util';
import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { change } from '../change.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import { requireMember } from '../tenants/members.ts';
import { changeTask } from './change-task.ts';
import { dueColumns } from './due.ts';
import { type UpdateTaskInput, updateTaskSchema } from './input.ts';
import { lockLiveTask } from './store.ts';

/**
 * Changes the given fields: an omitted one stays, null clears it. When nothing differs, nothing is written.
 * @throws AppError `INVALID_INPUT`, `NOT_FOUND`, `CONFLICT` (in the trash, or the project is archived), `PRECONDITION_FAILED`.
 */
export async function updateTask(
  acting: Acting,
  { input, idempotencyKey }: { input: UpdateTaskInput; idempotencyKey?: string | null },
): Promise<{ task: Task; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { id, ...wanted } = validate(updateTaskSchema, input);
  return change(acting, { operation: 'updateTask', input, idempotencyKey }, async (tx) => {
    const before = await lockLiveTask(tx, acting.viewer, { id, expectedVersion: input.expectedVersion });
    if (wanted.assigneeId) await requireMember(tx, acting.viewer.tenantId, wanted.assigneeId);
    const changes = taskChanges(wanted, acting.viewer.timeZone);
    if (isDeepStrictEqual({ ...before, ...changes }, before)) return { task: before };
    const placement = placementOf(before, { ...before, ...changes });
    if (placement) await placeTask(tx, acting.viewer, placement);
    return { task: await changeTask(tx, before, { event: 'task.updated', changes }) };
  });
}

type WantedFields = Omit<ReturnType<typeof updateTaskSchema.parse>, 'id'>;

function taskChanges({ due, ...wanted }: WantedFields, timeZone: string): Partial<Task> {
  const cleared = { notes: null, assigneeId: null, projectId: null, priority: 'MEDIUM', tags: [] } as const;
  const changes: Partial<Task> = {};
  if (wanted.title !== undefined) changes.title = wanted.title;
  if (wanted.notes !== undefined) changes.notes = wanted.notes ?? cleared.notes;
  if (wanted.assigneeId !== undefined) changes.assigneeId = wanted.assigneeId ?? cleared.assigneeId;
  if (wanted.projectId !== undefined) changes.projectId = wanted.projectId ?? cleared.projectId;
  if (wanted.priority !== undefined) changes.priority = wanted.priority ?? cleared.priority;
  if (wanted.tags !== undefined) changes.tags = wanted.tags ?? [];
  return due === undefined ? changes : { ...changes, ...dueColumns(due, timeZone) };
}
