import { z } from 'zod';
import { instantTextSchema } from '../../shared/date-range.ts';
import { textOf } from '../../shared/maximum.ts';
import type { TimeSlice } from '../../shared/time-slice.ts';
import { parsedBy, visibleText } from '../../shared/validate.ts';
import { type WrittenSeries, writtenSeriesSchema } from '../recurrences/restore-series.ts';
import { openReminders, reminderSchema, type WantedReminder } from '../reminder-rules/input.ts';
import { type Cells, detailNames } from './fields.ts';
import { type FileComment, readComments } from './read-comments.ts';
import { type CellFault, fieldOfPath } from './row-faults.ts';
import { unstorableIn } from './unstorable.ts';

/** The maximum length of an id in a file. */
export const idLength = textOf(200, 'An id');

const seriesSchema = writtenSeriesSchema.extend({
  id: visibleText('The id', idLength),
  occurrence: z.string(),
  assignee: z.string().trim().nullish(),
  project: z.string().trim().nullish(),
  projectId: z.string().nullish(),
});

const remindersSchema = z.array(z.looseObject({ at: instantTextSchema.nullish() }).pipe(reminderSchema));
const schema = z.object({ series: seriesSchema.nullish(), reminders: remindersSchema.nullish() });

/** A recurrence with the names of its assignee and project, and the date of the row in it. */
export type FileSeries = WrittenSeries & z.output<typeof seriesSchema>;

/** The details of a row in addition to the common fields. */
export type RowDetails = {
  series: FileSeries | null;
  reminders: readonly WantedReminder[];
  comments: readonly FileComment[];
};

const none: RowDetails = { series: null, reminders: [], comments: [] };

/** Validates the details of a row. @returns its faults, or the details. */
export async function readDetails(
  cells: Cells,
  context: { now: Date; slice: TimeSlice },
): Promise<RowDetails | { faults: CellFault[] }> {
  if (detailNames.every((name) => cells[name] === undefined)) return none;
  const rules = readRules(cells);
  const comments = await readComments(cells, context);
  const faults = [rules, comments].flatMap((part) => ('faults' in part ? part.faults : []));
  if ('faults' in rules || 'faults' in comments) return { faults };
  return { ...rules, comments };
}

function readRules(cells: Cells): Omit<RowDetails, 'comments'> | { faults: CellFault[] } {
  const { series, reminders } = cells;
  // Checked first, so that not every entry of a list that is too long has its own faults.
  if (Array.isArray(reminders) && reminders.length > openReminders.max) {
    const { message } = openReminders;
    return { faults: [{ field: 'reminders', message }] };
  }
  const unstorable = [...unstorableIn('series', series), ...unstorableIn('reminders', reminders)];
  if (unstorable.length > 0) return { faults: unstorable };
  const parsed = parsedBy(schema, { series, reminders });
  if ('data' in parsed) return { series: parsed.data.series ?? null, reminders: parsed.data.reminders ?? [] };
  return { faults: parsed.faults.map(({ path, message }) => ({ ...fieldOfPath(path, cells), message })) };
}
