import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { unseen } from '../../infra/postgres/unseen.ts';
import { conflict } from '../../shared/errors.ts';
import { type Change, OvertakenError } from '../records/change.ts';
import { lockRecords, lockSeen } from '../records/lock-records.ts';
import { taskRecords } from './store.ts';
import { taskSight } from './visibility.ts';

/** The maximum number of levels, including the outermost task. It limits the number of locks. */
const maxLevels = 5;
/** The maximum number of related tasks that one change locks. */
const maxFamily = 1_000;

/** Locked related tasks, and whether the viewer can see each. */
export type Family = ReadonlyMap<string, Relative>;
type Relative = { task: Task; isSeen: boolean };
type Row = Task & { isSeen: boolean };

const columns = `${taskRecords.columns}, ${taskSight.sql('$2')} AS "isSeen"`;

/**
 * In the order of ids, like all changes that lock several tasks. The ids are passed as an array: the planner greatly
 * overestimates the rows of a recursion and would read the whole table.
 */
const lock = `
  WITH RECURSIVE below AS (
    SELECT id FROM task WHERE "tenantId" = $1 AND id = ANY(${unseen('$3', 'uuid[]')})
    UNION SELECT task.id FROM task JOIN below ON task."parentId" = below.id WHERE task."tenantId" = $1
  ), above AS (
    SELECT id, "parentId" FROM task WHERE "tenantId" = $1 AND id = ANY(${unseen('$4', 'uuid[]')})
    UNION SELECT task.id, task."parentId" FROM task JOIN above ON task.id = above."parentId" WHERE task."tenantId" = $1
  )
  SELECT ${columns} FROM task
  WHERE "tenantId" = $1 AND id = ANY (ARRAY(SELECT id FROM below UNION SELECT id FROM above))
  ORDER BY id LIMIT ${maxFamily + 1} FOR UPDATE OF task`;

const findNewcomers = `SELECT id FROM task
  WHERE "tenantId" = $1 AND ("parentId" = ANY(${unseen('$2', 'uuid[]')}) OR id = ANY(${unseen('$3', 'uuid[]')}))
    AND NOT id = ANY(${unseen('$4', 'uuid[]')}) LIMIT ${maxFamily}`;

/**
 * The tasks to lock with their relatives: all subtasks of some tasks, and all ancestors of some, including these tasks.
 */
type Kinship = { below?: readonly string[]; above?: readonly string[] };

/**
 * Locks related tasks. Placing a task under a parent locks the parent and all its ancestors, so the result stays valid
 * until the end of the transaction. @throws AppError `CONFLICT` if there are more than one change may lock.
 */
export async function lockFamily(tx: Change, viewer: Viewer, kinship: Kinship): Promise<Family> {
  const { below = [], above = [] } = kinship;
  const { tenantId, userId } = viewer;
  const family = new Map<string, Relative>();
  const rows = await tx.query<Row>('lock-family', lock, [tenantId, userId, below, above]);
  let locked = rows.map(({ isSeen, ...row }) => ({ row, isSeen }));
  while (locked.length > 0) {
    for (const { row, isSeen } of locked) family.set(row.id, { task: row, isSeen });
    if (family.size > maxFamily)
      throw conflict(`One change can affect at most ${maxFamily} tasks, including subtasks.`);
    const newcomers = await readNewcomers(tx, tenantId, family, { below, above });
    if (newcomers.length === 0) break;
    locked = await lockRecords(tx, taskRecords, viewer, newcomers);
  }
  return family;
}

/**
 * Tasks that were added while waiting for the first locks; a task that was moved away is locked unnecessarily. A task
 * that is earlier in the locking order cannot be waited for: its holder may wait for this change.
 */
async function readNewcomers(
  tx: Change,
  tenantId: string,
  family: Family,
  { below, above }: Required<Kinship>,
): Promise<string[]> {
  const parents = below.flatMap((id) => [id, ...descendants(family, id).map(({ task }) => task.id)]);
  const tops = above.flatMap((id) => ancestors(family, id).at(-1)?.parentId ?? []);
  const absent = tops.filter((id) => !family.has(id));
  if (parents.length + absent.length === 0) return [];
  const locked = [...family.keys()].sort();
  const found = await tx.query<{ id: string }>('newcomers', findNewcomers, [tenantId, parents, absent, locked]);
  if (found.some(({ id }) => id < (locked.at(-1) ?? ''))) throw new OvertakenError();
  return found.map(({ id }) => id);
}

/** Locks tasks without relatives. */
export async function lockAlone(tx: Change, viewer: Viewer, ids: readonly string[]): Promise<Family> {
  const tasks = await lockSeen(tx, taskRecords, viewer, ids);
  return new Map(tasks.map((task) => [task.id, { task, isSeen: true }]));
}

/** A task that the viewer can see. */
export function seenIn(family: Family, id: string): Task | null {
  const relative = family.get(id);
  return relative?.isSeen ? relative.task : null;
}

/** The subtasks of a task at all levels that the viewer can see: parents before their subtasks. */
export function subtasksIn(family: Family, id: string): Task[] {
  return descendants(family, id)
    .filter(({ isSeen }) => isSeen)
    .map(({ task }) => task);
}

/** Why a task cannot be placed under a parent; null if it can. A new task has no id yet. */
export function nestingFault(family: Family, id: string | null, parentId: string): string | null {
  const above = ancestors(family, parentId);
  if (above.some((task) => task.id === id)) return 'A task cannot be a subtask of itself or of one of its subtasks.';
  if (above.length + (id ? levelsOf(family, id) : 1) <= maxLevels) return null;
  return `Tasks can be nested at most ${maxLevels} levels deep, including the top level.`;
}

/** A task and its ancestors, beginning with the task. */
function ancestors(family: Family, id: string): Task[] {
  const line = new Set<Task>();
  for (let next = family.get(id)?.task; next && !line.has(next); next = family.get(next.parentId ?? '')?.task) {
    line.add(next);
  }
  return [...line];
}

function descendants(family: Family, id: string): Relative[] {
  const found = [...family.values()].filter(({ task }) => task.parentId === id);
  return found.concat(found.flatMap(({ task }) => descendants(family, task.id)));
}

function levelsOf(family: Family, id: string): number {
  const subtasks = [...family.values()].filter(({ task }) => task.parentId === id);
  return 1 + Math.max(0, ...subtasks.map(({ task }) => levelsOf(family, task.id)));
}
