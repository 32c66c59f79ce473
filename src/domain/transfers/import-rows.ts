import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { Change } from '../change.ts';
import { type HeldReferences, holdForNewTasks, newTask } from '../tasks/new-task.ts';
import { insertTasks } from '../tasks/store.ts';
import type { FileRow } from './read-file.ts';
import { type Meaning, readRow } from './read-row.ts';
import { findReferences, keepRows, type References } from './references.ts';
import { keepErrors, type Refused } from './row-errors.ts';
import { type CellFault, faultsOf } from './row-faults.ts';
import { advance, type Run } from './run.ts';

type Step = { tx: Change; viewer: Viewer; meaning: Meaning; held: HeldReferences };

/**
 * Makes a task of every good row, in one transaction and by as many statements for many rows as for one: first all that
 * they refer to is held, then each is judged in the order of the file, then the good ones are written.
 */
export async function importRows(run: Run, rows: readonly FileRow[]): Promise<void> {
  await advance(run, async (tx, viewer) => {
    const references = await findReferences(tx, viewer, { id: run.held.id, rows });
    const held = await holdForNewTasks(tx, viewer, idsIn(references));
    const meaning = { ...references, timeZone: viewer.timeZone, now: tx.now };
    const { tasks, made, refused } = judgeRows({ tx, viewer, meaning, held }, rows);
    await insertTasks(
      tx,
      tasks.map((task) => ({ task, comments: [] })),
    );
    for (const task of tasks) tx.record({ type: 'task.created', objectId: task.id, before: null, after: task });
    await keepRows(tx, run.held, made);
    await keepErrors(tx, run.held, refused);
    const changes = { done: run.held.done + rows.length, failed: run.held.failed + refused.length };
    return { event: 'transfer.progressed', changes };
  });
}

function idsIn({ members, projects, rows }: References) {
  return [
    ...[...members.values()].map((assigneeId) => ({ assigneeId })),
    ...[...projects.values()].flatMap((ids) => ids.map((projectId) => ({ projectId }))),
    ...[...rows.values()].map((parentId) => ({ parentId })),
  ];
}

type Judged = { tasks: Task[]; made: Map<string, string>; refused: Refused[] };

/** A row is under a parent before it, so each good one is known to those that follow. */
function judgeRows(step: Step, rows: readonly FileRow[]): Judged {
  const family = new Map(step.held.family);
  const judged: Judged = { tasks: [], made: new Map(), refused: [] };
  for (const row of rows) {
    const result = judgeRow({ ...step, held: { ...step.held, family } }, row);
    if ('faults' in result) {
      judged.refused.push({ row, faults: result.faults });
      continue;
    }
    const { task, rowId } = result;
    judged.tasks.push(task);
    family.set(task.id, { task, isSeen: true });
    if (rowId === null || step.meaning.rows.has(rowId)) continue;
    judged.made.set(rowId, task.id);
    step.meaning.rows.set(rowId, task.id);
  }
  return judged;
}

type Result = { rowId: string | null; task: Task } | { faults: CellFault[] };

function judgeRow({ tx, viewer, meaning, held }: Step, row: FileRow): Result {
  if ('fault' in row) return { faults: [{ field: null, message: row.fault }] };
  const read = readRow(row.cells, meaning);
  if ('faults' in read) return read;
  try {
    return { rowId: read.rowId, task: newTask({ tx, viewer, held }, read, []) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { faults: faultsOf(error, row.cells) };
  }
}
