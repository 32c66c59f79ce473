import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { requireRecord } from '../records/lock-records.ts';
import type { TaskChange, TaskEventType } from '../reminders/write-tasks.ts';
import { type Family, lockAlone, lockFamily, seenIn, subtasksIn } from '../tasks/family.ts';
import { taskRecords } from '../tasks/store.ts';
import { type Answered, changeAllOrNone, judgeAll, lockedTargets, type Target, type Targets } from './answer.ts';

/** How open subtasks are handled when a task is completed. */
export type SubtaskHandling = 'REFUSE' | 'COMPLETE' | 'LEAVE';

/** A transition of a task: from which state, to which state, and the message if it is not legal. */
type Transition = {
  event: TaskEventType;
  refusal: (task: Task) => string | null;
  changes: (now: Date) => Partial<Task>;
  /** Selects the visible subtasks that make the same transition; without it, subtasks are not read. */
  subtasks?: (subtasks: Task[], task: Task, handling: SubtaskHandling) => Task[];
};

const inTrash = 'The task is in the trash. Restore it first.';

const complete: Transition = {
  event: 'task.completed',
  refusal: (task) => (task.deletedAt ? inTrash : task.status === 'COMPLETED' ? 'The task is already completed.' : null),
  changes: (now) => ({ status: 'COMPLETED', completedAt: now }),
  subtasks: (subtasks, _, handling) => {
    const open = subtasks.filter(({ status, deletedAt }) => status === 'ACTIVE' && !deletedAt);
    if (handling === 'COMPLETE' || open.length === 0) return open;
    throw conflict(
      `The task has ${counted(open)}. Pass subtasks: COMPLETE to complete them too, or subtasks: LEAVE to leave them open.`,
    );
  },
};
const reopen: Transition = {
  event: 'task.reopened',
  refusal: (task) => (task.deletedAt ? inTrash : task.status === 'ACTIVE' ? 'The task is already open.' : null),
  changes: () => ({ status: 'ACTIVE', completedAt: null }),
};
const remove: Transition = {
  event: 'task.deleted',
  refusal: (task) => (task.deletedAt ? 'The task is already in the trash.' : null),
  changes: (now) => ({ deletedAt: now }),
  subtasks: (subtasks) => subtasks.filter(({ deletedAt }) => !deletedAt),
};
const restore: Transition = {
  event: 'task.restored',
  refusal: (task) => (task.deletedAt ? null : 'The task is not in the trash.'),
  changes: () => ({ deletedAt: null }),
  // Subtasks with the same `deletedAt` were deleted together with it.
  subtasks: (subtasks, task) => subtasks.filter(({ deletedAt }) => deletedAt?.getTime() === task.deletedAt?.getTime()),
};

/** All transitions, by the names in the API. */
export const transitions = { complete, reopen, delete: remove, restore } satisfies Record<string, Transition>;

/** A task that can make the transition, and the subtasks that make it too. */
type Ready = { task: Task; following: Task[] };

/** Makes a transition of every target, or of none if one of them cannot make it. */
export async function moveTasks(
  tx: Change,
  viewer: Viewer,
  { move, subtasks, ...wanted }: Targets & { move: Transition; subtasks?: SubtaskHandling | null },
): Promise<Answered> {
  const handling = subtasks ?? 'REFUSE';
  const asked = wanted.targets.map(({ id }) => id);
  const isAlone = !move.subtasks || handling === 'LEAVE';
  const family = isAlone
    ? await lockAlone(tx, viewer, asked)
    : await lockFamily(tx, viewer, { below: asked, above: asked });
  const targets = await lockedTargets(tx, wanted);
  const ids = new Set(targets.map(({ id }) => id));
  const { ready, refusals } = judgeAll(targets, (target) => judge(family, { target, ids, move, handling }));
  const moving = ready.flatMap(({ task, following }) => [task, ...following]);
  return changeAllOrNone(tx, { family, targets, refusals, changes: changesOf(tx, { family, moving, move }) });
}

type Judging = { target: Target; ids: ReadonlySet<string>; move: Transition; handling: SubtaskHandling };

/** @throws AppError if the task cannot make the transition. A subtask that is a target itself needs no handling. */
function judge(family: Family, { target, ids, move, handling }: Judging): Ready {
  const task = requireRecord(taskRecords, seenIn(family, target.id), target.expectedVersion);
  const refused = move.refusal(task);
  if (refused) throw conflict(refused);
  const others = subtasksIn(family, task.id).filter(({ id }) => !ids.has(id));
  return { task, following: move.subtasks?.(others, task, handling) ?? [] };
}

/** A task that is restored without its parent has no parent. */
function changesOf(
  tx: Change,
  { family, moving, move }: { family: Family; moving: readonly Task[]; move: Transition },
): TaskChange[] {
  // Without duplicates: a task and one of its ancestors may both be targets.
  const tasks = new Map(moving.map((task) => [task.id, task]));
  const isLeftBehind = ({ parentId }: Task) =>
    move === restore && parentId !== null && !tasks.has(parentId) && family.get(parentId)?.task.deletedAt != null;
  return [...tasks.values()].map((before) => ({
    before,
    event: move.event,
    changes: { ...move.changes(tx.now), ...(isLeftBehind(before) && { parentId: null }) },
  }));
}

function counted(open: readonly Task[]): string {
  return open.length === 1 ? '1 open subtask' : `${open.length} open subtasks`;
}
