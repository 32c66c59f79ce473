import type { Viewer } from '../../auth/viewer.ts';
import type { EventTypeOf, LoggedProject } from '../../events/contract.ts';
import { Prisma, type Project } from '../../generated/prisma/client.ts';
import { AppError, conflict, notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { seesProject } from './visibility.ts';

export type ProjectEventType = EventTypeOf<'project'>;

/** Which project is meant, and at which version if that matters. */
export type ProjectTarget = { id: string; expectedVersion?: number | null; idempotencyKey?: string | null };

const columns = Object.keys(Prisma.ProjectScalarFieldEnum) as (keyof Project)[];
const fixed: readonly (keyof Project)[] = ['id', 'tenantId', 'creatorId', 'createdAt'];
const mutable = columns.filter((column) => !fixed.includes(column));

const insert = `INSERT INTO project (${columns.map((column) => `"${column}"`).join(', ')})
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`;

const update = `UPDATE project SET ${mutable.map((column, index) => `"${column}" = $${index + 3}`).join(', ')}
  WHERE "tenantId" = $1 AND id = $2`;

/** It waits for those who place tasks, and they wait for it; tasks that refer to the project stay as they are. */
const lock = `SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM project
  WHERE "tenantId" = $1 AND id = ANY($2) ORDER BY id FOR NO KEY UPDATE`;

const selectMembers = `SELECT "projectId", "userId" FROM project_member
  WHERE "tenantId" = $1 AND "projectId" = ANY($2) ORDER BY "userId"`;
const addMembers = `INSERT INTO project_member ("tenantId", "projectId", "userId")
  SELECT $1, $2, unnest($3::uuid[]) ON CONFLICT DO NOTHING`;
const dropOthers = 'DELETE FROM project_member WHERE "tenantId" = $1 AND "projectId" = $2 AND "userId" <> ALL($3)';

const maxMembers = 200;

type Membership = { projectId: string; userId: string };

export async function insertProject(tx: Change, project: LoggedProject): Promise<void> {
  const values = columns.map((column) => project[column]);
  await tx.query('insert-project', insert, values);
  await tx.query('add-project-members', addMembers, [project.tenantId, project.id, project.memberIds]);
  tx.record({ type: 'project.created', objectId: project.id, before: null, after: project });
}

/** Locks projects and with each its members, in the order of their ids, whoever asks. */
export async function lockProjects(tx: Change, tenantId: string, ids: readonly string[]): Promise<LoggedProject[]> {
  const rows = await tx.query<Project>('lock-projects', lock, [tenantId, ids]);
  // A statement of its own: it sees the members of each as it is now that it is locked.
  const members = await tx.query<Membership>('members-of-projects', selectMembers, [tenantId, ids]);
  const membersOf = (id: string) => members.filter(({ projectId }) => projectId === id).map(({ userId }) => userId);
  return rows.map((row) => ({ ...row, memberIds: membersOf(row.id) }));
}

/**
 * Locks a project the viewer sees, and with it its members.
 * @throws AppError `NOT_FOUND`, or `PRECONDITION_FAILED` when it is not at the expected version.
 */
export async function lockProject(
  tx: Change,
  { tenantId, userId }: Viewer,
  { id, expectedVersion }: { id: string; expectedVersion?: number | null },
): Promise<LoggedProject> {
  const [project] = await lockProjects(tx, tenantId, [id]);
  if (!project || !seesProject(userId, project)) throw notFound('The project');
  if (expectedVersion != null && project.version !== expectedVersion) {
    throw new AppError('PRECONDITION_FAILED', `The project has version ${project.version}, not ${expectedVersion}.`);
  }
  return project;
}

type Changing = {
  event: ProjectEventType;
  changes: Partial<Omit<LoggedProject, 'id' | 'tenantId' | 'creatorId' | 'createdAt'>>;
};

/** Changes a locked project and records it. @returns its new state. @throws AppError `CONFLICT` for too many members. */
export async function changeProject(tx: Change, before: LoggedProject, changing: Changing): Promise<LoggedProject> {
  const after = recordChange(tx, before, changing);
  await saveProject(tx, after);
  return after;
}

/** Records the next version of a locked project, which is still to be written. @throws AppError as `changeProject`. */
export function recordChange(tx: Change, before: LoggedProject, { event, changes }: Changing): LoggedProject {
  const memberIds = [...(changes.memberIds ?? before.memberIds)].sort();
  if (memberIds.length > maxMembers) throw conflict(`A project can have at most ${maxMembers} members.`);
  const after = { ...before, ...changes, memberIds, version: before.version + 1, updatedAt: tx.now };
  tx.record({ type: event, objectId: after.id, before, after });
  return after;
}

export async function saveProject(tx: Change, project: LoggedProject): Promise<void> {
  const { tenantId, id, memberIds } = project;
  await tx.query('save-project', update, [tenantId, id, ...mutable.map((column) => project[column])]);
  await tx.query('drop-project-members', dropOthers, [tenantId, id, memberIds]);
  await tx.query('add-project-members', addMembers, [tenantId, id, memberIds]);
}
