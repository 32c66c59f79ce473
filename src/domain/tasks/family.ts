import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import { type Change, OvertakenError } from '../records/change.ts';
import { lockRecords } from '../records/lock-records.ts';
import { taskRecords } from './store.ts';
import { seenTaskSql } from './visibility.ts';

/** How deep subtasks nest, the outermost task included: what is deeper is a plan of its own, and locks stay few. */
export const maxLevels = 5;
/** More than anybody breaks a task into, and no more rows than one change should lock. */
const maxFamily = 1_000;

/** Tasks that hang together, locked, and whether the viewer sees each. */
export type Family = ReadonlyMap<string, Relative>;
type Relative = { task: Task; isSeen: boolean };
type Row = Task & { isSeen: boolean };

const columns = `${taskRecords.columns}, ${seenTaskSql('$2')} AS "isSeen"`;

/**
 * In the order of ids, as an undo and whatever else locks several tasks does. Their ids are an array, since how many come
 * of a recursion is guessed much too high: the whole table would be read.
 */
const lock = `
  WITH RECURSIVE below AS (
    SELECT id FROM task WHERE "tenantId" = $1 AND id = ANY($3)
    UNION SELECT task.id FROM task JOIN below ON task."parentId" = below.id WHERE task."tenantId" = $1
  ), above AS (
    SELECT id, "parentId" FROM task WHERE "tenantId" = $1 AND id = ANY($4)
    UNION SELECT task.id, task."parentId" FROM task JOIN above ON task.id = above."parentId" WHERE task."tenantId" = $1
  )
  SELECT ${columns} FROM task
  WHERE "tenantId" = $1 AND id = ANY (ARRAY(SELECT id FROM below UNION SELECT id FROM above))
  ORDER BY id LIMIT ${maxFamily + 1} FOR UPDATE OF task`;

const findNewcomers = `SELECT id FROM task
  WHERE "tenantId" = $1 AND ("parentId" = ANY($2) OR id = ANY($3)) AND NOT id = ANY($4) LIMIT ${maxFamily}`;

/** Whose relatives are meant: what is below some tasks, and what is above some, themselves included. */
type Kinship = { below?: readonly string[]; above?: readonly string[] };

/**
 * Locks tasks that hang together. To put a task under another takes a lock on that and on all above it, so what is read
 * here stays true until the end of the transaction. @throws AppError `CONFLICT` when they are more than one change may lock.
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
 * Those that came while the first locks were waited for; a task that left meanwhile is locked in vain. One that comes
 * before these in the order of locking cannot be waited for: whoever has it may wait for us.
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

/** Locks tasks without their relatives. */
export async function lockAlone(tx: Change, viewer: Viewer, ids: readonly string[]): Promise<Family> {
  const locked = await lockRecords(tx, taskRecords, viewer, ids);
  return new Map(locked.map(({ row, isSeen }) => [row.id, { task: row, isSeen }]));
}

/** A task that the viewer sees. */
export function seenIn(family: Family, id: string): Task | null {
  const relative = family.get(id);
  return relative?.isSeen ? relative.task : null;
}

/** What is below a task, at any depth, as far as the viewer sees it: parents before their subtasks. */
export function subtasksIn(family: Family, id: string): Task[] {
  return descendants(family, id)
    .filter(({ isSeen }) => isSeen)
    .map(({ task }) => task);
}

/** Why a task cannot be put under another; null when it can. A task that is being made has no id yet. */
export function nestingFault(family: Family, id: string | null, parentId: string): string | null {
  const above = ancestors(family, parentId);
  if (above.some((task) => task.id === id)) return 'A task cannot be a subtask of itself or of one of its subtasks.';
  if (above.length + (id ? levelsOf(family, id) : 1) <= maxLevels) return null;
  return `Tasks can be nested at most ${maxLevels} levels deep, including the top level.`;
}

/** A task and all above it, from itself outward. */
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
