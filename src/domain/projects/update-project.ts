import { isDeepStrictEqual } from 'node:util';
import { authorize } from '../../auth/permissions.ts';
import type { LoggedProject } from '../../events/contract.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { change, type Keyed } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { defaultColor, type UpdateProjectInput, updateProjectSchema } from './input.ts';
import { requireManager } from './manage.ts';
import { projectRecords } from './store.ts';

/**
 * Updates the given fields: omitted fields are not changed, and null makes the color grey. The user becomes a member
 * when they make the project private. Nothing is written if nothing differs. @throws AppError `INVALID_INPUT`,
 * `NOT_FOUND`, `PRECONDITION_FAILED`; `FORBIDDEN` without permission to change who can see it.
 */
export async function updateProject(
  acting: Acting,
  { input, idempotencyKey }: Keyed<UpdateProjectInput>,
): Promise<{ project: LoggedProject; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { id, ...wanted } = validate(updateProjectSchema, input);
  return change(acting, { operation: 'updateProject', input, idempotencyKey }, async (tx) => {
    const before = await lockRecord(tx, projectRecords, acting.viewer, { id, expectedVersion: input.expectedVersion });
    const changes = changesOf(wanted);
    if (isDeepStrictEqual({ ...before, ...changes }, before)) return { project: before };
    if (changes.isPrivate !== undefined && changes.isPrivate !== before.isPrivate)
      requireManager(acting.viewer, before);
    const { userId } = acting.viewer;
    const isLockedOut = changes.isPrivate && !before.memberIds.includes(userId);
    if (isLockedOut) changes.memberIds = [...before.memberIds, userId];
    return { project: await saveRecord(tx, projectRecords, before, { event: 'project.updated', changes }) };
  });
}

type Wanted = Omit<ReturnType<typeof updateProjectSchema.parse>, 'id'>;

function changesOf({ name, color, isPrivate, position }: Wanted): Partial<LoggedProject> {
  return {
    ...(name !== undefined && { name }),
    ...(color !== undefined && { color: color ?? defaultColor }),
    ...(isPrivate !== undefined && { isPrivate }),
    ...(position !== undefined && { position }),
  };
}
