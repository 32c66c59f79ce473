import { z } from 'zod';
import { instantTextSchema } from '../../shared/date-range.ts';
import type { FieldFault } from '../../shared/errors.ts';
import { textOf } from '../../shared/maximum.ts';
import type { TimeSlice } from '../../shared/time-slice.ts';
import { parsedBy, upTo } from '../../shared/validate.ts';
import { commentTextSchema } from '../comments/write-comment.ts';
import type { Cells } from './fields.ts';
import { type CellFault, fieldOfPath, keptFaults } from './row-faults.ts';
import { unstorableIn } from './unstorable.ts';

/** More than realistic for one task, and few enough for one transaction. */
const maxComments = 10_000;
const authorLength = textOf(320, 'The author');

const schema = z.object({
  author: z
    .string()
    .trim()
    .refine(...upTo(authorLength))
    .nullish(),
  text: commentTextSchema,
  createdAt: instantTextSchema.nullish(),
  editedAt: instantTextSchema.nullish(),
});

export type FileComment = z.output<typeof schema>;

/** Validates the comments of a row. @returns the comments, or the first faults. */
export async function readComments(
  cells: Cells,
  { now, slice }: { now: Date; slice: TimeSlice },
): Promise<FileComment[] | { faults: CellFault[] }> {
  const given = parsedBy(z.array(z.unknown()).nullish(), cells.comments);
  if ('faults' in given) return { faults: faultsIn(['comments'], given.faults, cells) };
  const list = given.data ?? [];
  if (list.length > maxComments) return { faults: [{ field: 'comments', message: tooMany }] };
  const comments: FileComment[] = [];
  const faults: CellFault[] = [];
  for (const [index, value] of list.entries()) {
    const comment = readComment(value, { index, now, cells });
    if ('faults' in comment) faults.push(...comment.faults);
    else comments.push(comment);
    if (faults.length > keptFaults) break;
    await slice.pause();
  }
  return faults.length > 0 ? { faults } : comments;
}

const tooMany = `A task can be imported with at most ${maxComments.toLocaleString('en')} comments.`;

type Place = { index: number; now: Date; cells: Cells };

function readComment(value: unknown, { index, now, cells }: Place): FileComment | { faults: CellFault[] } {
  const unstorable = unstorableIn('comments', value, `[${index}]`);
  if (unstorable.length > 0) return { faults: unstorable };
  const parsed = parsedBy(schema, value);
  if ('faults' in parsed) return { faults: faultsIn(['comments', index], parsed.faults, cells) };
  const early = futureIn(parsed.data, index, now);
  return early.length > 0 ? { faults: early } : parsed.data;
}

function faultsIn(at: readonly (string | number)[], faults: readonly FieldFault[], cells: Cells): CellFault[] {
  return faults.map(({ path, message }) => ({ ...fieldOfPath([...at, ...path], cells), message }));
}

function futureIn(comment: FileComment, index: number, now: Date): CellFault[] {
  return (['createdAt', 'editedAt'] as const).flatMap((name) => {
    const at = comment[name];
    const fault = { field: 'comments', within: `[${index}].${name}`, message: 'This time is in the future.' } as const;
    return at && at > now ? [fault] : [];
  });
}
