import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import type { TaskChange } from '../reminders/write-tasks.ts';
import { type Family, seenIn } from '../tasks/family.ts';
import { changeTasks } from './change-task.ts';

export type Target = { id: string; expectedVersion?: number | null };

/** Several tasks that are to change. */
export type Targets = {
  targets: readonly Target[];
  /** Asked once they are locked: which of them are still meant. All of them unless given. */
  stillMeant?: (tx: Change, ids: readonly string[]) => Promise<readonly string[]>;
};

/** What came of one of them: its state if the viewer sees it, and why it was refused if it was. */
export type Answer = { id: string; task: Task | null; refusal: AppError | null };

/** An answer for each target. When one was refused, none was changed. `subtasks` are those that were changed along. */
export type Answered = { answers: Answer[]; subtasks: Task[] };

type Refusals = Map<string, AppError>;

/** Those that are meant, once they are locked. */
export async function lockedTargets(tx: Change, { targets, stillMeant }: Targets): Promise<readonly Target[]> {
  if (!stillMeant) return targets;
  const ids = targets.map(({ id }) => id);
  const meant = new Set(await stillMeant(tx, ids));
  return targets.filter(({ id }) => meant.has(id));
}

/** What is to be done with each target that can be changed, and why the others cannot. */
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

/** The answer to a call about one task. @throws AppError its refusal. */
export function onlyAnswer({ answers }: Answered): Task {
  const refusal = answers[0]?.refusal;
  if (refusal) throw refusal;
  return answers[0]?.task as Task;
}
