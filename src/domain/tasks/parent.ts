import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { conflict, invalidInput, notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import type { Restored } from '../records/undo-rule.ts';
import { type Family, lockFamily, nestingFault, seenIn, subtasksIn } from './family.ts';

/** The place of a task: its parent and project. A subtask belongs to the project of its parent. */
export type Place = Pick<Task, 'parentId' | 'projectId'>;
/** The requested place of a task: omitted fields are not changed, null clears a field. */
type WantedPlace = { parentId?: string | null; projectId?: string | null };

/** The place of a new task under a parent of a locked family. @throws AppError like `placeUnder`. */
export function placeOfNew(
  family: Family,
  { parentId, projectId, isDone }: { parentId: string; projectId: string | null | undefined; isDone: boolean },
  at: readonly string[],
): Place {
  return placeUnder(family, { id: null, parentId, projectId: projectId ?? undefined, isDone }, at);
}

/**
 * The new place of a task of a locked family. For the viewer, a subtask with an invisible parent is an ordinary task:
 * it leaves that parent when it leaves the project. @throws AppError like `placeUnder`.
 */
export function placeOf(family: Family, before: Task, { parentId, projectId }: WantedPlace): Place {
  const at = ['input'];
  if (parentId && parentId !== before.parentId) return placeUnder(family, { id: before.id, parentId, projectId }, at);
  if (parentId === null) return { parentId, projectId: projectId === undefined ? before.projectId : projectId };
  if (projectId === undefined || projectId === before.projectId) return before;
  if (seenIn(family, before.parentId ?? '')) throw elsewhere(at);
  return { parentId: null, projectId };
}

/**
 * The place of an imported task under a parent whose row came later. An open task can be below a completed one, as
 * completing with `LEAVE` creates it. @throws AppError like `placeUnder`.
 */
export function placeOfImported(family: Family, { id, projectId }: Task, parentId: string): Place {
  return placeUnder(family, { id, parentId, projectId, isDone: true }, []);
}

/**
 * @throws AppError `NOT_FOUND` unless the viewer can see the parent; `CONFLICT` if the parent is completed or in the
 * trash; `INVALID_INPUT` for a cycle, too many levels, or another project than that of the parent.
 */
function placeUnder(
  family: Family,
  {
    id,
    parentId,
    projectId,
    isDone = false,
  }: { id: string | null; parentId: string; projectId: string | null | undefined; isDone?: boolean },
  at: readonly string[],
): Place {
  const parent = seenIn(family, parentId);
  if (!parent) throw notFound('The parent task');
  if (parent.deletedAt) throw conflict('The parent task is in the trash. Restore it first.');
  if (parent.status === 'COMPLETED' && !isDone) throw conflict('The parent task is completed. Reopen it first.');
  const fault = nestingFault(family, id, parentId);
  if (fault) throw invalidInput([{ path: [...at, 'parentId'], message: fault }]);
  if (projectId !== undefined && projectId !== parent.projectId) throw elsewhere(at);
  return { parentId, projectId: parent.projectId };
}

const holdParents = 'SELECT id FROM task WHERE "tenantId" = $1 AND id = ANY($2) FOR KEY SHARE';

/** Checks that the parents that an undo restores still exist, possibly in the trash. @throws AppError `CONFLICT`. */
export async function requireParents(tx: Change, changed: readonly Restored<Task>[]): Promise<void> {
  const returning = changed.filter(({ before, after }) => after.parentId && after.parentId !== before.parentId);
  const [first] = returning;
  if (!first) return;
  const ids = returning.map(({ after }) => after.parentId);
  const held = await tx.query<{ id: string }>('hold-parents', holdParents, [first.after.tenantId, ids]);
  const orphan = returning.find(({ after }) => !held.some(({ id }) => id === after.parentId));
  if (orphan) throw unfit(orphan, 'had a parent that was deleted permanently');
}

/**
 * Checks the places of tasks after an undo, because their parents and subtasks may have changed in the meantime.
 * @throws AppError `CONFLICT`.
 */
export async function requireFit(tx: Change, viewer: Viewer, changed: readonly Restored<Task>[]): Promise<void> {
  const trashed = changed.filter(({ before, after }) => after.deletedAt && !before.deletedAt);
  const below = trashed.map(({ after }) => after.id);
  const family: Family = below.length > 0 ? await lockFamily(tx, viewer, { below }) : new Map();
  for (const one of trashed) {
    const isLeft = subtasksIn(family, one.after.id).some(({ deletedAt }) => !deletedAt);
    if (isLeft) throw unfit(one, 'has new subtasks');
  }
  for (const one of changed) if (!one.after.deletedAt) await requireParent(tx, viewer, one);
}

/** Checks a restored task that has a parent again. */
async function requireParent(tx: Change, viewer: Viewer, restored: Restored<Task>): Promise<void> {
  const { before, after } = restored;
  const { id, parentId } = after;
  if (!parentId || (!before.deletedAt && before.parentId === parentId)) return;
  const above = await lockFamily(tx, viewer, { above: [parentId] });
  const parent = above.get(parentId)?.task;
  if (!parent || parent.deletedAt) throw unfit(restored, 'has a parent that is in the trash');
  if (before.parentId === parentId) return;
  if (parent.projectId !== after.projectId) throw unfit(restored, 'has a parent that is now in another project');
  // A cycle shows in its ancestors, so they are checked before the levels are counted.
  const isFit =
    !nestingFault(above, id, parentId) &&
    !nestingFault(await lockFamily(tx, viewer, { below: [id], above: [parentId] }), id, parentId);
  if (!isFit) throw unfit(restored, 'can no longer be nested at its previous level');
}

function unfit({ after, isSeen }: Restored<Task>, why: string) {
  const subject = isSeen ? `the task "${after.title}"` : 'a task that followed from this change';
  return conflict(`Nothing was undone: ${subject} ${why}.`);
}

function elsewhere(at: readonly string[]) {
  const message = 'A subtask belongs to the project of its parent. Move the parent, or set parentId to null.';
  return invalidInput([{ path: [...at, 'projectId'], message }]);
}
