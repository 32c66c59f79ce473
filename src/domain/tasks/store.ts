import type { Viewer } from '../../auth/viewer.ts';
import { Prisma, type Task } from '../../generated/prisma/client.ts';
import { AppError, conflict, notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { seenTaskSql } from './visibility.ts';
import { commentWords, taskWords } from './words.ts';

const columns = Object.keys(Prisma.TaskScalarFieldEnum) as (keyof Task)[];
const fixed: readonly (keyof Task)[] = ['id', 'tenantId', 'creatorId', 'createdAt'];
const mutable = columns.filter((column) => !fixed.includes(column));

/** The columns by name, so that a column added by a later migration does not disturb running statements. */
export const taskColumns = columns.map((column) => `task."${column}"`).join(', ');

const insert = `INSERT INTO task ("ownWords", ${columns.map((column) => `"${column}"`).join(', ')})
  VALUES ($1, ${columns.map((_, index) => `$${index + 2}`).join(', ')})`;

const update = `UPDATE task SET "ownWords" = coalesce(after."ownWords", task."ownWords"),
  ${mutable.map((column) => `"${column}" = after."${column}"`).join(', ')}
  FROM jsonb_populate_recordset(NULL::task, $2) after
  WHERE task."tenantId" = $1 AND task.id = after.id`;

/** So that no two tasks have one date of a series at any moment while several change theirs. */
const releaseDates = `UPDATE task SET "recurrenceId" = NULL, "occurrenceAt" = NULL
  WHERE "tenantId" = $1 AND id = ANY($2) AND "recurrenceId" IS NOT NULL`;

const updateCommentWords = 'UPDATE task SET "commentWords" = $3 WHERE "tenantId" = $1 AND id = $2';

/** So many comments of a task are searched, the oldest: every change of one reads them. */
export const maxSearchedComments = 500;

const lock = `SELECT ${taskColumns} FROM task
  WHERE "tenantId" = $1 AND id = ANY($2) AND ${seenTaskSql('$3')} ORDER BY id FOR UPDATE OF task`;

export async function insertTask(tx: Change, task: Task): Promise<void> {
  await tx.query('insert-task', insert, insertValues(task));
}

const insertAll = `INSERT INTO task ("ownWords", "commentWords", ${columns.map((column) => `"${column}"`).join(', ')})
  SELECT "ownWords", "commentWords", ${columns.map((column) => `"${column}"`).join(', ')}
  FROM jsonb_populate_recordset(NULL::task, $1)`;

/** Writes many new tasks in one statement, with the comments that they are found by. */
export async function insertTasks(
  tx: Change,
  tasks: readonly { task: Task; comments: readonly string[] }[],
): Promise<void> {
  if (tasks.length === 0) return;
  const rows = tasks.map(({ task, comments }) => {
    return { ...task, ownWords: taskWords(task), commentWords: commentWords(comments.slice(0, maxSearchedComments)) };
  });
  await tx.query('insert-tasks', insertAll, [JSON.stringify(rows)]);
}

/** The same for an occurrence of a series. @returns false, and nothing is inserted, when its date has a task already. */
export async function insertOccurrence(tx: Change, task: Task): Promise<boolean> {
  const text = `${insert} ON CONFLICT DO NOTHING RETURNING id`;
  const inserted = await tx.query('insert-occurrence', text, insertValues(task));
  return inserted.length > 0;
}

function insertValues(task: Task): unknown[] {
  return [taskWords(task), ...columns.map((column) => task[column])];
}

/**
 * Locks a task the viewer sees.
 * @throws AppError `NOT_FOUND`, or `PRECONDITION_FAILED` when it is not at the expected version.
 */
export async function lockTask(
  tx: Change,
  viewer: Viewer,
  { id, expectedVersion }: { id: string; expectedVersion?: number | null },
): Promise<Task> {
  const [task] = await lockTasks(tx, viewer, [id]);
  return requireTask(task, expectedVersion);
}

/** Locks those of the tasks that the viewer sees. */
export async function lockTasks(tx: Change, viewer: Viewer, ids: readonly string[]): Promise<Task[]> {
  return tx.query<Task>('lock-tasks', lock, [viewer.tenantId, ids, viewer.userId]);
}

/** The same check of what was locked otherwise. */
export function requireTask(task: Task | null | undefined, expectedVersion: number | null | undefined): Task {
  if (!task) throw notFound('The task');
  if (expectedVersion != null && task.version !== expectedVersion) {
    throw new AppError('PRECONDITION_FAILED', `The task is at version ${task.version}, not ${expectedVersion}.`);
  }
  return task;
}

/** As `lockTask`, for what only a task outside the trash can do. @throws AppError `CONFLICT` when it is in the trash. */
export async function lockLiveTask(
  tx: Change,
  viewer: Viewer,
  target: { id: string; expectedVersion?: number | null },
): Promise<Task> {
  return requireLive(await lockTask(tx, viewer, target));
}

/** The same check of what was locked otherwise. */
export function requireLive(task: Task): Task {
  if (task.deletedAt) throw conflict('The task is in the trash. Restore it first.');
  return task;
}

/** A locked task as it was, and its new state. */
export type Changed = { before: Task; after: Task };

/** The next version of a task, which is not written yet. */
export function nextVersion(tx: Change, before: Task, changes: Partial<Task>): Task {
  return { ...before, ...changes, version: before.version + 1, updatedAt: tx.now };
}

/** Writes the new states of locked tasks of one tenant, in one statement. */
export async function saveTasks(tx: Change, changed: readonly Changed[]): Promise<void> {
  const [first] = changed;
  if (!first) return;
  const rows = changed.map(({ before, after }) => {
    const isReworded = after.title !== before.title || after.notes !== before.notes;
    return { ...after, ownWords: isReworded ? taskWords(after) : null };
  });
  const redated = changed.filter(({ before, after }) => Number(before.occurrenceAt) !== Number(after.occurrenceAt));
  if (redated.length > 1) {
    const ids = redated.map(({ after }) => after.id);
    await tx.query('release-dates', releaseDates, [first.after.tenantId, ids]);
  }
  await tx.query('save-tasks', update, [first.after.tenantId, JSON.stringify(rows)]);
}

/** Makes a locked task found by the words of its comments: all of them, as they are after a change. */
export async function saveCommentWords(
  tx: Change,
  { tenantId, id }: Pick<Task, 'tenantId' | 'id'>,
  comments: readonly string[],
): Promise<void> {
  await tx.query('save-comment-words', updateCommentWords, [tenantId, id, commentWords(comments)]);
}
