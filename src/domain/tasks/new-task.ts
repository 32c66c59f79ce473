import type { z } from 'zod';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type LockedProjects, lockPlaces, requirePlace } from '../projects/place-task.ts';
import type { Change } from '../records/change.ts';
import { membersAmong } from '../tenants/members.ts';
import { newColumns } from './columns.ts';
import { type Family, lockFamily } from './family.ts';
import type { createTaskSchema } from './input.ts';
import { placeOfNew } from './parent.ts';

/** The records that new tasks refer to, locked until the end of the transaction. */
export type LockedReferences = { members: ReadonlySet<string>; family: Family; projects: LockedProjects };

type Reference = { assigneeId?: string | null; parentId?: string | null; projectId?: string | null };

/** Locks the records that new tasks refer to: one statement per kind, for any number of tasks. */
export async function holdForNewTasks(
  tx: Change,
  viewer: Viewer,
  references: readonly Reference[],
): Promise<LockedReferences> {
  const idsOf = (field: keyof Reference) => [...new Set(references.flatMap((reference) => reference[field] ?? []))];
  const [userIds, parentIds] = [idsOf('assigneeId'), idsOf('parentId')];
  const members = await membersAmong(tx, viewer.tenantId, userIds);
  const family: Family = parentIds.length > 0 ? await lockFamily(tx, viewer, { above: parentIds }) : new Map();
  const ofParents = parentIds.flatMap((id) => family.get(id)?.task.projectId ?? []);
  const projectIds = [...new Set([...idsOf('projectId'), ...ofParents])];
  const asked = { projectIds, userIds: [viewer.userId, ...userIds] };
  return { members, family, projects: await lockPlaces(tx, viewer.tenantId, asked) };
}

type NewTaskFields = Omit<z.output<typeof createTaskSchema>, 'reminders'> & {
  /** The time of completion of an imported task. */
  completedAt?: Date | null;
};
type Making = {
  tx: Pick<Change, 'now'>;
  viewer: Viewer;
  held: LockedReferences;
  /** Whether it is an imported open subtask of a completed task, as completing with `LEAVE` creates it. */
  mayBeLeftOpen?: boolean;
};

/**
 * Creates a task of the viewer from validated fields at the path `at`, without writing it. Its references are locked.
 * @throws AppError `INVALID_INPUT`, `NOT_FOUND`, `CONFLICT` like `createTask`.
 */
export function newTask(
  { tx, viewer, held, mayBeLeftOpen = false }: Making,
  { completedAt = null, parentId: wantedParentId, projectId: wantedProjectId, ...fields }: NewTaskFields,
  at: readonly string[],
): Task {
  const assigneeId = fields.assigneeId ?? null;
  if (assigneeId && !held.members.has(assigneeId)) throw notFound('The member');
  const wanted = { projectId: wantedProjectId, isDone: completedAt !== null || mayBeLeftOpen };
  const { parentId, projectId } = wantedParentId
    ? placeOfNew(held.family, { ...wanted, parentId: wantedParentId }, at)
    : { parentId: null, projectId: wantedProjectId ?? null };
  if (projectId) requirePlace(held.projects, viewer, { projectId, assigneeId, isEntering: true }, at);
  return {
    id: newId(),
    tenantId: viewer.tenantId,
    creatorId: viewer.userId,
    ...newColumns(fields, viewer.timeZone),
    projectId,
    parentId,
    status: completedAt ? 'COMPLETED' : 'ACTIVE',
    version: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
    completedAt,
    deletedAt: null,
    recurrenceId: null,
    occurrenceAt: null,
  };
}
