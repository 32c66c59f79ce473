import { z } from 'zod';
import type { Task } from '../../generated/prisma/client.ts';
import { range } from '../../shared/date-range.ts';
import { invalidInput } from '../../shared/errors.ts';
import { validate } from '../../shared/validate.ts';
import { type Due, isDueInRange, movedDue } from '../tasks/due.ts';
import { createTaskSchema, maxTags, tagsSchema } from '../tasks/input.ts';
import type { Edits } from './edit-tasks.ts';

const maxDays = 3_650;

/** The changes to many tasks: values that are the same for all, and changes relative to each. */
const bulkEditSchema = createTaskSchema
  .pick({ priority: true, due: true, assigneeId: true, projectId: true })
  .extend({
    moveDueByDays: z.int().min(-maxDays).max(maxDays).nullish(),
    addTags: tagsSchema,
    removeTags: tagsSchema,
  })
  .refine(({ due, moveDueByDays }) => due === undefined || moveDueByDays == null, {
    error: 'due and moveDueByDays cannot be combined.',
    path: ['moveDueByDays'],
  });
export type BulkEditInput = z.input<typeof bulkEditSchema>;
type BulkEdits = z.output<typeof bulkEditSchema>;

/** @throws AppError `INVALID_INPUT`. */
export function checkEdits(input: BulkEditInput): BulkEdits {
  return validate(bulkEditSchema, input, ['changes']);
}

/**
 * The changes of each task. @throws AppError `INVALID_INPUT` if it would have too many tags, or a due date out of
 * range.
 */
export function editsFor({ moveDueByDays, addTags, removeTags, projectId, ...same }: BulkEdits) {
  return (task: Task, isTarget: (id: string) => boolean): Edits => ({
    ...same,
    ...(moveDueByDays && { due: dueAfter(task, moveDueByDays) }),
    ...((addTags || removeTags) && { tags: tagsOf(task, addTags ?? [], removeTags ?? []) }),
    // A subtask moves with its parent.
    ...(projectId !== undefined && !(task.parentId && isTarget(task.parentId)) && { projectId }),
  });
}

function dueAfter(task: Task, days: number): Due | null {
  const due = movedDue(task, days);
  if (!due || isDueInRange(due)) return due;
  throw invalidInput([{ path: ['changes', 'moveDueByDays'], message: `The due date must be ${range}.` }]);
}

function tagsOf({ tags }: Task, added: readonly string[], removed: readonly string[]): string[] {
  const all = [...new Set([...tags, ...added])].filter((tag) => !removed.includes(tag));
  if (all.length <= maxTags) return all;
  const message = `The task would have ${all.length} tags. At most ${maxTags} are allowed.`;
  throw invalidInput([{ path: ['changes', 'addTags'], message }]);
}
