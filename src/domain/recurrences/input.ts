import { z } from 'zod';
import { MissedPolicy, MonthEndPolicy, RecurrenceBasis, RecurrencePreset } from '../../generated/prisma/enums.ts';
import { daySchema } from '../../shared/date-range.ts';
import { timeZoneSchema } from '../../shared/validate.ts';
import { dueSchema } from '../tasks/due.ts';
import { createTaskSchema } from '../tasks/input.ts';

export const maxGenerateAhead = 52;

const policies = {
  basis: z.enum(RecurrenceBasis).nullish(),
  missed: z.enum(MissedPolicy).nullish(),
  monthEnd: z.enum(MonthEndPolicy).nullish(),
  skipWeekends: z.boolean().nullish(),
  generateAhead: z.int().min(0).max(maxGenerateAhead, 'At most 52 occurrences can be created in advance.').nullish(),
};

const rule = {
  interval: z.int().nullish(),
  rule: z.string().trim().nullish(),
  until: daySchema.nullish(),
  count: z.int().nullish(),
};

/** What a series can be made with: a task there is, or one to be made. Ids have been decoded to UUIDs by now. */
export const createRecurrenceSchema = z
  .object({
    taskId: z.uuid().nullish(),
    task: createTaskSchema.nullish(),
    preset: z.enum(RecurrencePreset),
    timeZone: timeZoneSchema.nullish(),
    ...rule,
    ...policies,
  })
  .refine(({ taskId, task }) => !taskId !== !task, {
    error: 'The first occurrence is required: an existing task or a new task.',
  });
export type CreateRecurrenceInput = z.input<typeof createRecurrenceSchema>;
export type WantedRecurrence = z.output<typeof createRecurrenceSchema>;

/** What decides the dates of a series that is to be made. */
export const previewRecurrenceSchema = z
  .object({
    taskId: z.uuid().nullish(),
    due: dueSchema.nullish(),
    preset: z.enum(RecurrencePreset),
    timeZone: timeZoneSchema.nullish(),
    ...rule,
    ...policies,
  })
  .refine(({ taskId, due }) => !taskId || !due, { path: ['due'], error: 'taskId and due cannot be combined.' });
export type PreviewRecurrenceInput = z.input<typeof previewRecurrenceSchema>;

/** Which occurrences a change of a series is of. */
export const scopes = ['THIS', 'THIS_AND_FOLLOWING', 'ALL'] as const;
export type RecurrenceScope = (typeof scopes)[number];

/** What can be changed of a series: an omitted field stays, null clears. */
export const updateRecurrenceSchema = createTaskSchema
  .omit({ due: true, reminders: true })
  .partial({ title: true })
  .extend({
    id: z.uuid(),
    taskId: z.uuid().nullish(),
    scope: z.enum(scopes).nullish(),
    due: dueSchema.nullish().refine((due) => due !== null, 'The task must have a due date.'),
    timeZone: timeZoneSchema.nullish(),
    preset: z.enum(RecurrencePreset).nullish(),
    ...rule,
    ...policies,
  });
/** Clients can send null for the title too; that is refused. */
export type UpdateRecurrenceInput = Omit<z.input<typeof updateRecurrenceSchema>, 'title'> & {
  title?: string | null;
  expectedVersion?: number | null;
};
export type RecurrenceEdits = Omit<z.output<typeof updateRecurrenceSchema>, 'id'>;
