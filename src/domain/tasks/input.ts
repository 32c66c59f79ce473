import { z } from 'zod';
import { Priority } from '../../generated/prisma/enums.ts';
import { textOf } from '../../shared/maximum.ts';
import { upTo, visibleText } from '../../shared/validate.ts';
import { openReminders, reminderSchema } from '../reminder-rules/input.ts';
import { dueSchema } from './due.ts';
import { normalTag } from './tag.ts';

export const titleLength = textOf(500, 'The title');
export const notesLength = textOf(20_000, 'Notes');
const tagLength = textOf(50, 'A tag');

const title = visibleText('The title', titleLength, 'The title cannot be cleared.');
const notes = z
  .string()
  .refine(...upTo(notesLength))
  .nullish();
const tag = z.string().transform(normalTag).pipe(visibleText('A tag', tagLength));
export const maxTags = 20;
export const tagsSchema = z
  .array(tag)
  .transform((all) => [...new Set(all)])
  .pipe(z.array(z.string()).max(maxTags, `A task can have at most ${maxTags} tags.`))
  .nullish();

/** The fields of a new task. Ids are already decoded to UUIDs. */
export const createTaskSchema = z.object({
  title,
  notes,
  tags: tagsSchema,
  priority: z.enum(Priority).nullish(),
  due: dueSchema.nullish(),
  assigneeId: z.uuid().nullish(),
  projectId: z.uuid().nullish(),
  parentId: z.uuid().nullish(),
  reminders: z.array(reminderSchema).max(openReminders.max, openReminders.message).nullish(),
});
export type CreateTaskInput = z.input<typeof createTaskSchema>;

/** The changes to a task: omitted fields are not changed, null clears a field. */
export const updateTaskSchema = createTaskSchema
  .omit({ reminders: true })
  .partial({ title: true })
  .extend({ id: z.uuid() });
/** Clients can also send null for the title, which is rejected. */
export type UpdateTaskInput = Omit<z.input<typeof updateTaskSchema>, 'title'> & {
  title?: string | null;
  expectedVersion?: number | null;
};
