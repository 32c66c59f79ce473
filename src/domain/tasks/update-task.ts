import { isDeepStrictEqual } from 'node:util';
import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { type Change, change } from '../change.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import { requireMember } from '../tenants/members.ts';
import { changeTasks } from './change-task.ts';
import { dueColumns } from './due.ts';
import { type Family, lockFamily, seenIn, subtasksIn } from './family.ts';
import { type UpdateTaskInput, updateTaskSchema } from './input.ts';
import { placeOf } from './parent.ts';
import { lockLiveTask, requireLive, requireTask } from './store.ts';

/**
 * Changes the given fields: an omitted one stays, null clears it. When nothing differs, nothing is written. Its subtasks
 * go with it to another project, as far as the viewer sees them.
 * @throws AppError `INVALID_INPUT`, `NOT_FOUND`, `CONFLICT` (in the trash, or the project is archived), `PRECONDITION_FAILED`.
 */
export async function updateTask(
  acting: Acting,
  { input, idempotencyKey }: { input: UpdateTaskInput; idempotencyKey?: string | null },
): Promise<{ task: Task; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { viewer } = acting;
  const { id, ...wanted } = validate(updateTaskSchema, input);
  return change(acting, { operation: 'updateTask', input, idempotencyKey }, async (tx) => {
    const { before, family } = await lockForUpdate(tx, viewer, {
      ...wanted,
      id,
      expectedVersion: input.expectedVersion,
    });
    if (wanted.assigneeId) await requireMember(tx, viewer.tenantId, wanted.assigneeId);
    const { parentId, projectId } = placeOf(family, before, wanted);
    const changes = { ...taskChanges(wanted, viewer.timeZone), parentId, projectId };
    if (isDeepStrictEqual({ ...before, ...changes }, before)) return { task: before };
    const subtasks = projectId === before.projectId ? [] : subtasksIn(family, id);
    const following = subtasks.filter((subtask) => subtask.projectId === before.projectId);
    const all = [{ before, changes }, ...following.map((subtask) => ({ before: subtask, changes: { projectId } }))];
    for (const one of all) await requirePlace(tx, viewer, one);
    const [task] = await changeTasks(
      tx,
      all.map((one) => ({ ...one, event: 'task.updated' as const })),
    );
    return { task: task as Task };
  });
}

type WantedFields = Omit<ReturnType<typeof updateTaskSchema.parse>, 'id'>;

/** A task that stays where it is has no need of its relatives. */
async function lockForUpdate(
  tx: Change,
  viewer: Viewer,
  {
    id,
    expectedVersion,
    parentId,
    projectId,
  }: Pick<UpdateTaskInput, 'id' | 'expectedVersion' | 'parentId' | 'projectId'>,
): Promise<{ before: Task; family: Family }> {
  if (parentId === undefined && projectId === undefined) {
    return { before: await lockLiveTask(tx, viewer, { id, expectedVersion }), family: new Map() };
  }
  const family = await lockFamily(tx, viewer, { below: id, above: parentId ?? id });
  return { before: requireLive(requireTask(seenIn(family, id), expectedVersion)), family };
}

async function requirePlace(
  tx: Change,
  viewer: Viewer,
  { before, changes }: { before: Task; changes: Partial<Task> },
): Promise<void> {
  const placement = placementOf(before, { ...before, ...changes });
  if (placement) await placeTask(tx, viewer, placement);
}

/** Its place is decided apart. */
function taskChanges({ due, ...wanted }: WantedFields, timeZone: string): Partial<Task> {
  const cleared = { notes: null, assigneeId: null, priority: 'MEDIUM', tags: [] } as const;
  const changes: Partial<Task> = {};
  if (wanted.title !== undefined) changes.title = wanted.title;
  if (wanted.notes !== undefined) changes.notes = wanted.notes ?? cleared.notes;
  if (wanted.assigneeId !== undefined) changes.assigneeId = wanted.assigneeId ?? cleared.assigneeId;
  if (wanted.priority !== undefined) changes.priority = wanted.priority ?? cleared.priority;
  if (wanted.tags !== undefined) changes.tags = wanted.tags ?? [];
  return due === undefined ? changes : { ...changes, ...dueColumns(due, timeZone) };
}
