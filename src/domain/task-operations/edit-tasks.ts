import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import type { Change } from '../records/change.ts';
import { requireRecord, type Target } from '../records/lock-records.ts';
import { editedColumns } from '../tasks/columns.ts';
import { type Family, lockAlone, lockFamily, seenIn, subtasksIn } from '../tasks/family.ts';
import type { updateTaskSchema } from '../tasks/input.ts';
import { type Place, placeOf } from '../tasks/parent.ts';
import { requireLive, taskRecords } from '../tasks/store.ts';
import { requireMember } from '../tenants/members.ts';
import { type Answered, changeAllOrNone, judgeAll, lockedTargets, type Targets } from './answer.ts';

/** The changes of a task: omitted fields are not changed, null clears a field. */
export type Edits = Omit<z.output<typeof updateTaskSchema>, 'id'>;

type Editing = Targets & {
  /** What is wanted of each. */
  editsOf: (task: Task, isTarget: (id: string) => boolean) => Edits;
  /** The part of the changes that is the same for all tasks and affects other records. */
  shared: Pick<Edits, 'assigneeId' | 'parentId' | 'projectId'>;
};

/** The change of a task for a target: the target itself, or a subtask that moves with it. */
type Edit = { before: Task; changes: Partial<Task>; targetId: string };

/**
 * Edits every target, or none if one is refused. A task in which nothing differs is not written. Subtasks that the
 * viewer can see move to another project with it. @throws AppError `NOT_FOUND` if the assignee is not a member.
 */
export async function editTasks(
  tx: Change,
  viewer: Viewer,
  { editsOf, shared, ...wanted }: Editing,
): Promise<Answered> {
  const family = await lockFor(tx, viewer, shared, wanted.targets);
  const targets = await lockedTargets(tx, wanted);
  if (shared.assigneeId) await requireMember(tx, viewer.tenantId, shared.assigneeId);
  const ids = new Set(targets.map(({ id }) => id));
  const { ready, refusals } = judgeAll(targets, ({ id, expectedVersion }): Edit => {
    const before = requireLive(requireRecord(taskRecords, seenIn(family, id), expectedVersion));
    const { parentId, projectId, ...edits } = editsOf(before, (other) => ids.has(other));
    const place = placeIn(family, before, { parentId, projectId });
    const changes = { ...editedColumns(edits, viewer.timeZone), ...place };
    return { before, changes, targetId: id };
  });
  const edits = withSubtasks(family, ready).filter(differs);
  for (const [id, refusal] of await misplaced(tx, viewer, edits)) refusals.set(id, refusal);
  const changes = edits.map(({ before, changes }) => ({ before, event: 'task.updated' as const, changes }));
  return changeAllOrNone(tx, { family, targets, refusals, changes });
}

/** A task that does not move is locked without its relatives. */
async function lockFor(
  tx: Change,
  viewer: Viewer,
  { parentId, projectId }: Editing['shared'],
  targets: readonly Target[],
): Promise<Family> {
  const ids = targets.map(({ id }) => id);
  if (parentId === undefined && projectId === undefined) return lockAlone(tx, viewer, ids);
  return lockFamily(tx, viewer, { below: ids, above: parentId ? [parentId] : ids });
}

function placeIn(family: Family, before: Task, edits: Edits): Place {
  const { parentId, projectId } = placeOf(family, before, edits);
  return { parentId, projectId };
}

/** With the subtasks that move to another project. */
function withSubtasks(family: Family, targets: readonly Edit[]): Edit[] {
  const edits = new Map(targets.map((edit) => [edit.before.id, edit]));
  for (const { before, changes, targetId } of targets) {
    if (changes.projectId === before.projectId) continue;
    for (const subtask of subtasksIn(family, targetId)) {
      if (subtask.projectId !== before.projectId) continue;
      const own = edits.get(subtask.id) ?? { before: subtask, changes: {}, targetId };
      edits.set(subtask.id, { ...own, changes: { ...own.changes, projectId: changes.projectId } });
    }
  }
  return [...edits.values()];
}

function differs({ before, changes }: Edit): boolean {
  return !isDeepStrictEqual({ ...before, ...changes }, before);
}

/** The refusals of targets whose new place is not allowed for them or their subtasks. Each place is checked once. */
async function misplaced(tx: Change, viewer: Viewer, edits: readonly Edit[]): Promise<Map<string, AppError>> {
  const refusals = new Map<string, AppError>();
  const known = new Map<string, AppError | null>();
  for (const { before, changes, targetId } of edits) {
    const placement = placementOf(before, { ...before, ...changes });
    if (!placement) continue;
    const key = JSON.stringify(placement);
    const refusal = known.has(key) ? known.get(key) : await refusalOf(placeTask(tx, viewer, placement));
    known.set(key, refusal ?? null);
    if (refusal) refusals.set(targetId, refusal);
  }
  return refusals;
}

async function refusalOf(work: Promise<void>): Promise<AppError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
