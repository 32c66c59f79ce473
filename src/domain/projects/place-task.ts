import type { Viewer } from '../../auth/viewer.ts';
import type { Project, Task } from '../../generated/prisma/client.ts';
import { AppError, conflict, invalidInput, notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { projectSight } from './visibility.ts';

type Placed = Pick<Task, 'projectId' | 'assigneeId'>;
/** A project that is locked until the end of the transaction, and which of the given users are its members. */
type LockedProject = Pick<Project, 'isPrivate' | 'archivedAt'> & { memberIds: readonly string[] };
export type LockedProjects = ReadonlyMap<string, LockedProject>;

/** A task that is placed in a project or stays in it, and its assignee. */
type Placement = { projectId: string; assigneeId: string | null; isEntering: boolean };

const lock = `SELECT id, "isPrivate", "archivedAt" FROM project
  WHERE "tenantId" = $1 AND id = ANY($2) ORDER BY id FOR SHARE`;

const selectMembers = `SELECT "projectId", "userId" FROM project_member
  WHERE "tenantId" = $1 AND "projectId" = ANY($2) AND "userId" = ANY($3)`;

const selectSeen = `SELECT FROM project WHERE "tenantId" = $1 AND id = $2 AND ${projectSight.sql('$3')}`;

/** Locks projects and their members against changes until the end of the transaction. Missing projects are left out. */
export async function lockPlaces(
  tx: Change,
  tenantId: string,
  { projectIds, userIds }: { projectIds: readonly string[]; userIds: readonly string[] },
): Promise<LockedProjects> {
  if (projectIds.length === 0) return new Map();
  type Row = Pick<Project, 'id' | 'isPrivate' | 'archivedAt'>;
  const projects = await tx.query<Row>('lock-places', lock, [tenantId, projectIds]);
  const closed = projects.flatMap(({ id, isPrivate }) => (isPrivate ? [id] : []));
  type Member = { projectId: string; userId: string };
  // A separate statement, so that it reads the members after the projects are locked.
  const members = closed.length
    ? await tx.query<Member>('members-among', selectMembers, [tenantId, closed, userIds])
    : [];
  const membersOf = (id: string) => members.flatMap(({ projectId, userId }) => (projectId === id ? [userId] : []));
  return new Map(projects.map(({ id, ...project }) => [id, { ...project, memberIds: membersOf(id) }]));
}

/**
 * Checks that a task can be placed in a locked project. The viewer and the assignee are among the users it was locked
 * for. `at` is the path of the input. @throws AppError `NOT_FOUND` unless the viewer can see the project; `CONFLICT` if
 * it is archived; `INVALID_INPUT` if the assignee cannot see it.
 */
export function requirePlace(
  held: LockedProjects,
  { userId }: Pick<Viewer, 'userId'>,
  { projectId, assigneeId, isEntering }: Placement,
  at: readonly string[],
): void {
  const project = held.get(projectId);
  if (!project || !projectSight.sees(userId, project)) throw notFound('The project');
  if (assigneeId && !projectSight.sees(assigneeId, project)) throw unseen(at);
  if (isEntering && project.archivedAt) throw conflict('The project is archived. Restore it first.');
}

/** Locks and checks the project of a single placement. @throws AppError like `requirePlace`. */
export async function placeTask(
  tx: Change,
  viewer: Viewer,
  placement: Placement,
  at: readonly string[] = ['input'],
): Promise<void> {
  const userIds = [viewer.userId, ...(placement.assigneeId ? [placement.assigneeId] : [])];
  const held = await lockPlaces(tx, viewer.tenantId, { projectIds: [placement.projectId], userIds });
  requirePlace(held, viewer, placement, at);
}

/** Checks the projects of tasks that an undo restores, each project once. @throws AppError `CONFLICT`. */
export async function placeBack(
  tx: Change,
  viewer: Viewer,
  undone: readonly { before: Placed; after: Placed }[],
): Promise<void> {
  const placements = undone.flatMap(({ before, after }) => placementOf(before, after) ?? []);
  const distinct = new Map(placements.map((placement) => [JSON.stringify(placement), placement]));
  try {
    for (const placement of distinct.values()) await placeTask(tx, viewer, placement);
  } catch (error) {
    throw error instanceof AppError ? conflict(`Nothing was undone. ${error.message}`) : error;
  }
}

/** Whether a user can currently see a project. */
export async function canSeeProject(
  tx: Change,
  { tenantId, projectId, userId }: { tenantId: string; projectId: string; userId: string },
): Promise<boolean> {
  return (await tx.query('can-see-project', selectSeen, [tenantId, projectId, userId])).length > 0;
}

/** The placement to check after a change of a task; null if its project and assignee do not change. */
export function placementOf(before: Placed, after: Placed): Placement | null {
  const { projectId, assigneeId } = after;
  const isEntering = projectId !== before.projectId;
  if (!projectId || (!isEntering && assigneeId === before.assigneeId)) return null;
  return { projectId, assigneeId, isEntering };
}

function unseen(at: readonly string[]) {
  const message = 'This user cannot see the private project. Add the user to its members first.';
  return invalidInput([{ path: [...at, 'assigneeId'], message }]);
}
