import { authorize } from '../../auth/permissions.ts';
import type { LoggedProject } from '../../events/contract.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { requireMember } from '../tenants/members.ts';
import { requireManager } from './manage.ts';
import { projectRecords } from './store.ts';

type ProjectMemberTarget = { projectId: string; userId: string; idempotencyKey?: string | null };
type ProjectChange = { project: LoggedProject; changeId: string };

/**
 * Adds a user to a project; nothing changes if they are already a member. @throws AppError `NOT_FOUND`, `FORBIDDEN`;
 * `CONFLICT` if the project has 200 members.
 */
export async function addProjectMember(acting: Acting, target: ProjectMemberTarget): Promise<ProjectChange> {
  authorize(acting.viewer, 'task:write');
  const { projectId, userId, idempotencyKey } = target;
  const call = { operation: 'addProjectMember', input: { projectId, userId }, idempotencyKey };
  return change(acting, call, async (tx) => {
    const before = await lockRecord(tx, projectRecords, acting.viewer, { id: projectId });
    requireManager(acting.viewer, before);
    await requireMember(tx, before.tenantId, userId);
    if (before.memberIds.includes(userId)) return { project: before };
    const changes = { memberIds: [...before.memberIds, userId] };
    return { project: await saveRecord(tx, projectRecords, before, { event: 'project.memberAdded', changes }) };
  });
}

/**
 * Removes a user from a project; they lose access to a private project immediately. Every member can leave. @throws
 * AppError `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for the last member of a private project.
 */
export async function removeProjectMember(acting: Acting, target: ProjectMemberTarget): Promise<ProjectChange> {
  authorize(acting.viewer, 'task:write');
  const { projectId, userId, idempotencyKey } = target;
  const call = { operation: 'removeProjectMember', input: { projectId, userId }, idempotencyKey };
  return change(acting, call, async (tx) => {
    const before = await lockRecord(tx, projectRecords, acting.viewer, { id: projectId });
    if (userId !== acting.viewer.userId) requireManager(acting.viewer, before);
    await requireMember(tx, before.tenantId, userId);
    const memberIds = before.memberIds.filter((id) => id !== userId);
    if (memberIds.length === before.memberIds.length) return { project: before };
    if (before.isPrivate && memberIds.length === 0) {
      throw conflict(
        'A private project must have at least one member. Add another member first, or make the project public to the tenant.',
      );
    }
    return {
      project: await saveRecord(tx, projectRecords, before, { event: 'project.memberRemoved', changes: { memberIds } }),
    };
  });
}
