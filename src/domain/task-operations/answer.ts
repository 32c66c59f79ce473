import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import type { Target } from '../records/lock-records.ts';
import type { TaskChange } from '../reminders/write-tasks.ts';
import { type Family, seenIn } from '../tasks/family.ts';
import { changeTasks } from './change-task.ts';

/** The tasks to change. */
export type Targets = {
  targets: readonly Target[];
  /** Selects, after locking, the tasks that still match. All tasks if not given. */
  stillMeant?: (tx: Change, ids: readonly string[]) => Promise<readonly string[]>;
};

/** The result for one task: its state if the viewer can see it, and why it was refused. */
type Answer = { id: string; task: Task | null; refusal: AppError | null };

/** The result for each target. If one was refused, none was changed. `subtasks` were changed together with them. */
export type Answered = { answers: Answer[]; subtasks: Task[] };

type Refusals = Map<string, AppError>;

/** The locked tasks that still match. */
export async function lockedTargets(tx: Change, { targets, stillMeant }: Targets): Promise<readonly Target[]> {
  if (!stillMeant) return targets;
  const ids = targets.map(({ id }) => id);
  const meant = new Set(await stillMeant(tx, ids));
  return targets.filter(({ id }) => meant.has(id));
}

/** The planned change of each target, and the refusals of the others. */
export function judgeAll<T>(
  targets: readonly Target[],
  judge: (target: Target) => T,
): { ready: T[]; refusals: Refusals } {
  const ready: T[] = [];
  const refusals: Refusals = new Map();
  for (const target of targets) {
    try {
      ready.push(judge(target));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refusals.set(target.id, error);
    }
  }
  return { ready, refusals };
}

/** Writes the changes unless a target was refused. */
export async function changeAllOrNone(
  tx: Change,
  {
    family,
    targets,
    refusals,
    changes,
  }: { family: Family; targets: readonly Target[]; refusals: Refusals; changes: readonly TaskChange[] },
): Promise<Answered> {
  const changed = refusals.size > 0 ? [] : await changeTasks(tx, changes);
  const states = new Map(changed.map((task) => [task.id, task]));
  const answers = targets.map(({ id }) => {
    const task = states.get(id) ?? seenIn(family, id);
    states.delete(id);
    return { id, task, refusal: refusals.get(id) ?? null };
  });
  return { answers, subtasks: [...states.values()] };
}

/** The result of an operation on one task. @throws AppError its refusal. */
export function onlyAnswer({ answers }: Answered): Task {
  const refusal = answers[0]?.refusal;
  if (refusal) throw refusal;
  return answers[0]?.task as Task;
}
