import type { Viewer } from '../../auth/viewer.ts';
import type { Comment, Reminder, Task } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Change } from '../records/change.ts';
import { recordCreated } from '../records/insert-records.ts';
import type { Reach } from '../reminders/reach.ts';
import { requireReach, restoredReminders } from '../reminders/restore-reminders.ts';
import { type LockedReferences, newTask } from '../tasks/new-task.ts';
import { taskRecords } from '../tasks/store.ts';
import { type HeldSeries, occurrenceIn } from './held-series.ts';
import type { FileComment } from './read-comments.ts';
import type { RowDetails } from './read-details.ts';
import type { FileRow } from './read-file.ts';
import { type ImportedTask, type Meaning, readRow } from './read-row.ts';
import type { KeptRow, NewSeries } from './references.ts';
import { type CellFault, faultsOf } from './row-faults.ts';

/** The context for validating the rows of a step. It grows with each valid row, which later rows may refer to. */
export type Step = {
  tx: Change;
  viewer: Viewer;
  meaning: Meaning;
  held: LockedReferences;
  family: Map<string, { task: Task; isSeen: boolean }>;
  series: Map<string, HeldSeries>;
  /** How the viewer can be reminded; null if no row has reminders. */
  reach: Reach | null;
  /** The viewer's e-mail address in lower case; null if no row has comments. */
  email: string | null;
};

/** The result of a valid row; its events are recorded, its records are not written yet. */
export type Made = {
  task: Task;
  /** The id by which later rows refer to it, and the parent that it waits for. */
  row: KeptRow | null;
  /** The recurrence whose first row it is. */
  newSeries: NewSeries | null;
  comments: Comment[];
  reminders: Reminder[];
};

/** @returns the records to write, or all faults; with faults, nothing was recorded. */
export async function judgeRow(step: Step, row: FileRow): Promise<Made | { faults: readonly CellFault[] }> {
  if ('fault' in row) return { faults: [{ field: null, message: row.fault }] };
  const read = await readRow(row.cells, step.meaning);
  if ('faults' in read) return read;
  try {
    const made = make(step, read);
    return { ...made, comments: await newComments(step, made.task, read.details.comments) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { faults: faultsOf(error, row.cells) };
  }
}

/** Checks everything before anything is recorded. @throws AppError. */
function make(step: Step, { details, rowId, laterParent, ...fields }: ImportedTask): Omit<Made, 'comments'> {
  const { tx, viewer, reach, family } = step;
  const alone = newTask({ tx, viewer, held: { ...step.held, family }, mayBeLeftOpen: true }, fields, []);
  if (reach) requireReach(viewer, { reach, wanted: details.reminders, at: ['reminders'] });
  const { task, newSeries } = inItsSeries(step, alone, details);
  family.set(task.id, { task, isSeen: true });
  const isNamed = rowId !== null && !step.meaning.rows.has(rowId);
  if (isNamed) step.meaning.rows.set(rowId, task.id);
  const row = { rowId: isNamed ? rowId : task.id, taskId: task.id, parentRowId: laterParent };
  recordCreated(tx, taskRecords, task);
  return {
    task,
    row: isNamed || laterParent ? row : null,
    newSeries,
    reminders: restoredReminders(tx, viewer, { task, wanted: details.reminders }),
  };
}

function inItsSeries(step: Step, task: Task, { series: wanted }: RowDetails): Pick<Made, 'task' | 'newSeries'> {
  if (!wanted) return { task, newSeries: null };
  const known = step.series.get(wanted.id);
  const { series, occurrenceAt } = occurrenceIn(step, known, { series: wanted, task });
  step.series.set(wanted.id, series);
  series.taken.add(occurrenceAt.getTime());
  const { recurrence } = series;
  const isActive = (wanted.status ?? 'ACTIVE') === 'ACTIVE';
  const newSeries = known ? null : { seriesId: wanted.id, recurrence, isActive };
  return { task: { ...task, recurrenceId: recurrence.id, occurrenceAt }, newSeries };
}

async function newComments(step: Step, task: Task, wanted: readonly FileComment[]): Promise<Comment[]> {
  const comments: Comment[] = [];
  for (const comment of wanted) {
    comments.push(newComment(step, task, comment));
    await step.meaning.slice.pause();
  }
  return comments;
}

/**
 * The importing user is its author, because nobody can write in the name of another user. The original author is stored
 * separately.
 */
function newComment({ tx, viewer, email }: Step, { id: taskId }: Task, wanted: FileComment): Comment {
  const { author, text, createdAt, editedAt } = wanted;
  return {
    id: newId(),
    tenantId: viewer.tenantId,
    taskId,
    authorId: viewer.userId,
    originalAuthor: author && author.toLowerCase() !== email ? author : null,
    text,
    version: 1,
    createdAt: createdAt ?? tx.now,
    editedAt: editedAt ?? null,
    deletedAt: null,
  };
}
