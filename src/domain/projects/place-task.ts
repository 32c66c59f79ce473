import type { Viewer } from '../../auth/viewer.ts';
import type { Project, Task } from '../../generated/prisma/client.ts';
import { AppError, conflict, invalidInput, notFound } from '../../shared/errors.ts';
import type { Change } from '../change.ts';
import { seenProjectSql } from './visibility.ts';

type Placed = Pick<Task, 'projectId' | 'assigneeId'>;
type Held = Pick<Project, 'isPrivate' | 'archivedAt'>;

/** A task that goes into a project or stays in it, and who is to do it there. */
export type Placement = { projectId: string; assigneeId: string | null; isEntering: boolean };

const hold = 'SELECT "isPrivate", "archivedAt" FROM project WHERE "tenantId" = $1 AND id = $2 FOR SHARE';

const selectMembers = `SELECT "userId" FROM project_member
  WHERE "tenantId" = $1 AND "projectId" = $2 AND "userId" = ANY($3)`;

const selectSeen = `SELECT FROM project WHERE "tenantId" = $1 AND id = $2 AND ${seenProjectSql('$3')}`;

/**
 * Makes sure that a task may be where it is put. Until the end of the transaction the project stays as it is and keeps its
 * members. `at` is where the input stands in the operation.
 * @throws AppError `NOT_FOUND` unless the viewer sees the project; `CONFLICT` when it is archived; `INVALID_INPUT` when
 * the assignee does not see it.
 */
export async function placeTask(
  tx: Change,
  { tenantId, userId }: Viewer,
  { projectId, assigneeId, isEntering }: Placement,
  at: readonly string[] = ['input'],
): Promise<void> {
  const [project] = await tx.query<Held>('hold-project', hold, [tenantId, projectId]);
  if (!project) throw notFound('The project');
  if (project.isPrivate) {
    // A statement of its own: it sees the members of the project as it is now that it is held.
    const asked = [tenantId, projectId, [userId, assigneeId]];
    const members = await tx.query<{ userId: string }>('members-among', selectMembers, asked);
    const isMember = (id: string) => members.some((member) => member.userId === id);
    if (!isMember(userId)) throw notFound('The project');
    if (assigneeId && !isMember(assigneeId)) throw unseen(at);
  }
  if (isEntering && project.archivedAt) throw conflict('The project is archived. Restore it first.');
}

/** The same for what an undo puts back; each place is looked at once. @throws AppError `CONFLICT`. */
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
    throw error instanceof AppError ? conflict(`Nothing is undone. ${error.message}`) : error;
  }
}

/** Whether somebody sees a project at the moment. */
export async function canSeeProject(
  tx: Change,
  { tenantId, projectId, userId }: { tenantId: string; projectId: string; userId: string },
): Promise<boolean> {
  return (await tx.query('can-see-project', selectSeen, [tenantId, projectId, userId])).length > 0;
}

/** What has to be made sure of when a task was changed; null when its place and its assignee stay. */
export function placementOf(before: Placed, after: Placed): Placement | null {
  const { projectId, assigneeId } = after;
  const isEntering = projectId !== before.projectId;
  if (!projectId || (!isEntering && assigneeId === before.assigneeId)) return null;
  return { projectId, assigneeId, isEntering };
}

function unseen(at: readonly string[]) {
  const message = 'This user does not see the private project. Make them a member of it first.';
  return invalidInput([{ path: [...at, 'assigneeId'], message }]);
}
