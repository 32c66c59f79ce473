import { z } from 'zod';
import { ReminderChannel, ReminderTrigger } from '../../generated/prisma/enums.ts';
import { instantSchema } from '../../shared/date-range.ts';
import type { Maximum } from '../../shared/maximum.ts';

/** The maximum number of open reminders of a task. */
export const maxOpenPerTask = 20;
export const openReminders: Maximum = {
  max: maxOpenPerTask,
  message: `A task can have at most ${maxOpenPerTask} open reminders.`,
};
export const defaultReminderCount: Maximum = { max: 5, message: 'At most 5 default reminders are allowed.' };

const wanted = z.object({
  trigger: z.enum(ReminderTrigger),
  offsetMinutes: z
    .int()
    .min(1, 'The offset must be at least 1 minute.')
    .max(10_080, 'The offset can be at most 10,080 minutes (one week).')
    .nullish(),
  at: instantSchema.nullish(),
  timeOfDay: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'This is not a time such as 07:30.')
    .nullish(),
  channel: z.enum(ReminderChannel).nullish(),
});
type Fields = z.output<typeof wanted>;

/** When and how a user wants to be reminded of a task. */
export const reminderSchema = wanted
  .superRefine((fields, context) => {
    for (const [field, message] of mismatches(fields)) context.addIssue({ code: 'custom', path: [field], message });
  })
  .transform(({ trigger, offsetMinutes, at, timeOfDay, channel }) => ({
    trigger,
    offsetMinutes: offsetMinutes ?? null,
    at: at ?? null,
    timeOfDay: timeOfDay ?? null,
    channel: channel ?? 'EMAIL',
  }));
export type WantedReminder = z.output<typeof reminderSchema>;

function* mismatches({ trigger, offsetMinutes, at, timeOfDay }: Fields): Iterable<[keyof Fields, string]> {
  const isAbsolute = trigger === 'ABSOLUTE';
  if (isAbsolute && !at) yield ['at', 'The time is required for ABSOLUTE.'];
  if (!isAbsolute && at) yield ['at', 'The time is allowed only for ABSOLUTE.'];
  if (isAbsolute && timeOfDay) yield ['timeOfDay', 'timeOfDay is not allowed for ABSOLUTE.'];
  if (trigger === 'CUSTOM' && offsetMinutes == null) yield ['offsetMinutes', 'The offset is required for CUSTOM.'];
  if (trigger !== 'CUSTOM' && offsetMinutes != null) yield ['offsetMinutes', 'The offset is allowed only for CUSTOM.'];
}

/** A default reminder of a user. It cannot be ABSOLUTE, because a fixed time belongs to one task. */
const defaultReminder = reminderSchema
  .refine(({ trigger }) => trigger !== 'ABSOLUTE', {
    path: ['trigger'],
    error: 'A default reminder cannot be ABSOLUTE.',
  })
  .transform(({ at: _, ...reminder }) => reminder);
export type DefaultReminder = z.output<typeof defaultReminder>;
export const defaultRemindersSchema = z
  .array(defaultReminder)
  .max(defaultReminderCount.max, defaultReminderCount.message);
