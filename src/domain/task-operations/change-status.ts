import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { requireRecord, type Target } from '../records/lock-records.ts';
import type { TaskChange, TaskEventType } from '../reminders/write-tasks.ts';
import { type Family, lockAlone, lockFamily, seenIn, subtasksIn } from '../tasks/family.ts';
import { taskRecords } from '../tasks/store.ts';
import { type Answered, changeAllOrNone, judgeAll, lockedTargets, type Targets } from './answer.ts';

/** How open subtasks are handled when a task is completed. */
export type SubtaskHandling = 'REFUSE' | 'COMPLETE' | 'LEAVE';

/** What completes, reopens, deletes or restores a task: from which state, to which, and the message if it cannot. */
type StatusChange = {
  event: TaskEventType;
  refusal: (task: Task) => string | null;
  changes: (now: Date) => Partial<Task>;
  /** Selects the visible subtasks that are changed too; without it, subtasks are not read. */
  subtasks?: (subtasks: Task[], task: Task, handling: SubtaskHandling) => Task[];
};

const inTrash = 'The task is in the trash. Restore it first.';

const complete: StatusChange = {
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
const reopen: StatusChange = {
  event: 'task.reopened',
  refusal: (task) => (task.deletedAt ? inTrash : task.status === 'ACTIVE' ? 'The task is already open.' : null),
  changes: () => ({ status: 'ACTIVE', completedAt: null }),
};
const remove: StatusChange = {
  event: 'task.deleted',
  refusal: (task) => (task.deletedAt ? 'The task is already in the trash.' : null),
  changes: (now) => ({ deletedAt: now }),
  subtasks: (subtasks) => subtasks.filter(({ deletedAt }) => !deletedAt),
};
const restore: StatusChange = {
  event: 'task.restored',
  refusal: (task) => (task.deletedAt ? null : 'The task is not in the trash.'),
  changes: () => ({ deletedAt: null }),
  // Subtasks with the same `deletedAt` were deleted together with it.
  subtasks: (subtasks, task) => subtasks.filter(({ deletedAt }) => deletedAt?.getTime() === task.deletedAt?.getTime()),
};

/** All of them, by the names in the API. */
export const statusChanges = { complete, reopen, delete: remove, restore } satisfies Record<string, StatusChange>;

/** A task that can be changed, and the subtasks that are changed with it. */
type Ready = { task: Task; following: Task[] };

/** Changes the status of every target, or of none if one of them is refused. */
export async function changeStatus(
  tx: Change,
  viewer: Viewer,
  { by, subtasks, ...wanted }: Targets & { by: StatusChange; subtasks?: SubtaskHandling | null },
): Promise<Answered> {
  const handling = subtasks ?? 'REFUSE';
  const asked = wanted.targets.map(({ id }) => id);
  const isAlone = !by.subtasks || handling === 'LEAVE';
  const family = isAlone
    ? await lockAlone(tx, viewer, asked)
    : await lockFamily(tx, viewer, { below: asked, above: asked });
  const targets = await lockedTargets(tx, wanted);
  const ids = new Set(targets.map(({ id }) => id));
  const { ready, refusals } = judgeAll(targets, (target) => judge(family, { target, ids, by, handling }));
  const changing = ready.flatMap(({ task, following }) => [task, ...following]);
  return changeAllOrNone(tx, { family, targets, refusals, changes: changesOf(tx, { family, changing, by }) });
}

type Judging = { target: Target; ids: ReadonlySet<string>; by: StatusChange; handling: SubtaskHandling };

/** @throws AppError if the task is refused. A subtask that is a target itself needs no handling. */
function judge(family: Family, { target, ids, by, handling }: Judging): Ready {
  const task = requireRecord(taskRecords, seenIn(family, target.id), target.expectedVersion);
  const refused = by.refusal(task);
  if (refused) throw conflict(refused);
  const others = subtasksIn(family, task.id).filter(({ id }) => !ids.has(id));
  return { task, following: by.subtasks?.(others, task, handling) ?? [] };
}

/** A task that is restored without its parent has no parent. */
function changesOf(
  tx: Change,
  { family, changing, by }: { family: Family; changing: readonly Task[]; by: StatusChange },
): TaskChange[] {
  // Without duplicates: a task and one of its ancestors may both be targets.
  const tasks = new Map(changing.map((task) => [task.id, task]));
  const isLeftBehind = ({ parentId }: Task) =>
    by === restore && parentId !== null && !tasks.has(parentId) && family.get(parentId)?.task.deletedAt != null;
  return [...tasks.values()].map((before) => ({
    before,
    event: by.event,
    changes: { ...by.changes(tx.now), ...(isLeftBehind(before) && { parentId: null }) },
  }));
}

function counted(open: readonly Task[]): string {
  return open.length === 1 ? '1 open subtask' : `${open.length} open subtasks`;
}
