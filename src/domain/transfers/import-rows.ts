import type { Viewer } from '../../auth/viewer.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import { commentRecords } from '../comments/store.ts';
import type { Change } from '../records/change.ts';
import { insertRecords, writeNew } from '../records/insert-records.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { type Reach, readReach } from '../reminders/reach.ts';
import { reminderRecords } from '../reminders/store.ts';
import { collectCommentWords } from '../tasks/comment-words.ts';
import { holdForNewTasks } from '../tasks/new-task.ts';
import { taskRecords } from '../tasks/store.ts';
import { holdSeries } from './held-series.ts';
import { judgeRow, type Made, type Step } from './judge-row.ts';
import type { FileRow } from './read-file.ts';
import { findReferences, keepRows, keepSeries, type References } from './references.ts';
import { keepErrors, type Refused } from './row-errors.ts';
import { completeStep, type TransferAttempt } from './run.ts';

/**
 * Creates a task from every valid row, in one transaction with a fixed number of statements: first all references are
 * locked, then each row is validated in the order of the file, then the valid ones are written.
 */
export async function importRows(run: TransferAttempt, rows: readonly FileRow[]): Promise<void> {
  await completeStep(run, async (tx, viewer) => {
    const step = await openStep(tx, viewer, { id: run.lease.row.id, rows });
    const made: Made[] = [];
    const refused: Refused[] = [];
    for (const row of rows) {
      const result = await judgeRow(step, row);
      if ('faults' in result) refused.push({ row, faults: result.faults });
      else made.push(result);
    }
    await writeAll(tx, made);
    const newSeries = made.flatMap(({ newSeries }) => newSeries ?? []);
    await keepRows(
      tx,
      run.lease.row,
      made.flatMap(({ row }) => row ?? []),
    );
    await keepSeries(tx, run.lease.row, newSeries);
    await keepErrors(tx, run.lease.row, refused);
    const changes = { done: run.lease.row.done + rows.length, failed: run.lease.row.failed + refused.length };
    return { event: 'transfer.progressed', changes };
  });
}

/** Locks the references of the rows. Tasks are locked before recurrences, like completing an occurrence. */
async function openStep(tx: Change, viewer: Viewer, file: { id: string; rows: readonly FileRow[] }): Promise<Step> {
  const references = await findReferences(tx, viewer, file);
  const held = await holdForNewTasks(tx, viewer, idsIn(references));
  return {
    tx,
    viewer,
    meaning: { ...references, timeZone: viewer.timeZone, now: tx.now, slice: new TimeSlice() },
    held,
    family: new Map(held.family),
    series: await holdSeries(tx, viewer, references.series),
    ...(await addressOf(tx, viewer, file.rows)),
  };
}

function idsIn({ members, projects, rows }: References) {
  return [
    ...[...members.values()].map((assigneeId) => ({ assigneeId })),
    ...[...projects.values()].flatMap((ids) => ids.map((projectId) => ({ projectId }))),
    ...[...rows.values()].map((parentId) => ({ parentId })),
  ];
}

const selectEmail = 'SELECT lower(email) AS email FROM "user" WHERE id = $1';

/** What details need to know of the viewer: how reminders reach them, and which comments are their own. */
async function addressOf(tx: Change, viewer: Viewer, rows: readonly FileRow[]): Promise<Pick<Step, 'reach' | 'email'>> {
  const has = (name: 'reminders' | 'comments') => rows.some((row) => 'cells' in row && row.cells[name] !== undefined);
  const reach: Reach | null = has('reminders') ? await readReach(tx, viewer, null) : null;
  const users = has('comments') ? await tx.query<{ email: string }>('email-of-user', selectEmail, [viewer.userId]) : [];
  return { reach, email: users[0]?.email ?? null };
}

/** One statement per kind of record; referenced kinds are written first. */
async function writeAll(tx: Change, made: readonly Made[]): Promise<void> {
  const recurrences = made.flatMap(({ newSeries }) => newSeries?.recurrence ?? []);
  await insertRecords(tx, recurrenceRecords, recurrences);
  const tasks = made.map(({ task }) => task);
  await writeNew(tx, taskRecords, tasks);
  const comments = made.flatMap(({ comments }) => comments);
  await insertRecords(tx, commentRecords, comments);
  const [first] = comments;
  const commented = new Set(comments.map(({ taskId }) => taskId));
  if (first) await collectCommentWords(tx, first.tenantId, [...commented]);
  const reminders = made.flatMap(({ reminders }) => reminders);
  await writeNew(tx, reminderRecords, reminders);
}
