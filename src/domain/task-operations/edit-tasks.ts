import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import type { Change } from '../records/change.ts';
import { requireRecord } from '../records/lock-records.ts';
import { editedColumns } from '../tasks/columns.ts';
import { type Family, lockAlone, lockFamily, seenIn, subtasksIn } from '../tasks/family.ts';
import type { updateTaskSchema } from '../tasks/input.ts';
import { type Place, placeOf } from '../tasks/parent.ts';
import { requireLive, taskRecords } from '../tasks/store.ts';
import { requireMember } from '../tenants/members.ts';
import { type Answered, changeAllOrNone, judgeAll, lockedTargets, type Target, type Targets } from './answer.ts';

/** What is wanted of a task: an omitted field stays, null clears it. */
export type Edits = Omit<z.output<typeof updateTaskSchema>, 'id'>;

type Editing = Targets & {
  /** What is wanted of each. */
  editsOf: (task: Task, isTarget: (id: string) => boolean) => Edits;
  /** What of that is the same for all, and is not for the task alone to say. */
  shared: Pick<Edits, 'assigneeId' | 'parentId' | 'projectId'>;
};

/** How a task changes, for the sake of a target: itself, or the one it goes with. */
type Edit = { before: Task; changes: Partial<Task>; targetId: string };

/**
 * Edits every target, or none when one of them is refused. One in which nothing differs is not written. Their subtasks go
 * with them to another project, as far as the viewer sees them. @throws AppError `NOT_FOUND` when the assignee is no member.
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

/** A task that stays where it is has no need of its relatives. */
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

/** With what goes along to another project. */
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

/** Which targets may not be where they, or what goes along, would be. Each place is looked at once. */
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
