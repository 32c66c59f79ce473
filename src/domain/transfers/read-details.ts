import { z } from 'zod';
import { instantTextSchema } from '../../shared/date-range.ts';
import { isStorable } from '../../shared/validate.ts';
import { commentTextSchema } from '../comments/write-comment.ts';
import { type WrittenSeries, writtenSeriesSchema } from '../recurrences/restore-series.ts';
import { maxOpenPerTask, reminderSchema, type WantedReminder } from '../reminder-rules/input.ts';
import type { Cells } from './fields.ts';
import { type DetailName, detailNames } from './fields.ts';
import { type CellFault, fieldOfPath } from './row-faults.ts';

/** More than realistic for one task, and few enough for one transaction. */
const maxComments = 10_000;
const maxWordLength = 320;

const commentSchema = z.object({
  author: z.string().trim().max(maxWordLength).nullish(),
  text: commentTextSchema,
  createdAt: instantTextSchema.nullish(),
  editedAt: instantTextSchema.nullish(),
});

const seriesSchema = writtenSeriesSchema.extend({
  id: z.string().trim().min(1).max(200),
  occurrence: z.string(),
  assignee: z.string().trim().nullish(),
  project: z.string().trim().nullish(),
});

const schema = z.object({
  series: seriesSchema.nullish(),
  reminders: z
    .array(z.looseObject({ at: instantTextSchema.nullish() }).pipe(reminderSchema))
    .max(maxOpenPerTask, `A task can have at most ${maxOpenPerTask} open reminders.`)
    .nullish(),
  comments: z.array(commentSchema).max(maxComments, 'A task can be imported with at most 10,000 comments.').nullish(),
});

export type FileComment = z.output<typeof commentSchema>;
/** A recurrence with the names of its assignee and project, and the date of the row in it. */
export type FileSeries = WrittenSeries & z.output<typeof seriesSchema>;

/** The details of a row in addition to the common fields. */
export type RowDetails = {
  series: FileSeries | null;
  reminders: readonly WantedReminder[];
  comments: readonly FileComment[];
};

const none: RowDetails = { series: null, reminders: [], comments: [] };

/** Validates the details of a row. @returns all faults, or the details. */
export function readDetails(cells: Cells, now: Date): RowDetails | { faults: CellFault[] } {
  if (detailNames.every((name) => cells[name] === undefined)) return none;
  const wanted = Object.fromEntries(detailNames.map((name) => [name, cells[name]]));
  const unstorable = detailNames.flatMap((name) => unstorableIn(name, cells[name]));
  if (unstorable.length > 0) return { faults: unstorable };
  const parsed = schema.safeParse(wanted);
  if (!parsed.success) {
    return { faults: parsed.error.issues.map(({ path, message }) => ({ ...fieldOfPath(path, cells), message })) };
  }
  const { series = null, reminders, comments } = parsed.data;
  const early = (comments ?? []).flatMap((comment, index) => futureIn(comment, index, now));
  return early.length > 0 ? { faults: early } : { series, reminders: reminders ?? [], comments: comments ?? [] };
}

function futureIn(comment: FileComment, index: number, now: Date): CellFault[] {
  return (['createdAt', 'editedAt'] as const).flatMap((name) => {
    const at = comment[name];
    const fault = { field: 'comments', within: `[${index}].${name}`, message: 'This time is in the future.' } as const;
    return at && at > now ? [fault] : [];
  });
}

/** No detail is nested this deeply. */
const maxDepth = 10;

/** Texts that PostgreSQL cannot store, wherever they are. */
function unstorableIn(field: DetailName, value: unknown, within = '', depth = 0): CellFault[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ field, within, message: unstorable }];
  if (!(value instanceof Object)) return [];
  if (depth === maxDepth) return [{ field, message: 'This value is nested too deeply.' }];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, part]) =>
    unstorableIn(field, part, within + (isList ? `[${key}]` : `.${key}`), depth + 1),
  );
}

export const unstorable = 'This text has a character that cannot be stored: U+0000, or half of a surrogate pair.';
