import { z } from 'zod';
import { MissedPolicy, MonthEndPolicy, RecurrenceBasis, RecurrencePreset } from '../../generated/prisma/enums.ts';
import { daySchema } from '../../shared/date-range.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
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

/** The fields of a new recurrence: with an existing or a new task. Ids are already decoded to UUIDs. */
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

/** The fields that determine the dates of a new recurrence. */
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

/** The occurrences that a change of a recurrence applies to. */
const scopes = ['THIS', 'THIS_AND_FOLLOWING', 'ALL'] as const;
export type RecurrenceScope = (typeof scopes)[number];

/** The changes to a recurrence: omitted fields are not changed, null clears a field. */
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
/** Clients can also send null for the title, which is rejected. */
export type UpdateRecurrenceInput = Omit<z.input<typeof updateRecurrenceSchema>, 'title'> & {
  title?: string | null;
  expectedVersion?: number | null;
};
export type RecurrenceEdits = Omit<z.output<typeof updateRecurrenceSchema>, 'id'>;
