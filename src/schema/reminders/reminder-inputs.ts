import { ReminderChannel, ReminderTrigger } from '../../generated/prisma/enums.ts';
import type { InputFields } from '../builder.ts';
import { builder } from '../builder.ts';

export const ReminderTriggerType = builder.enumType(ReminderTrigger, {
  name: 'ReminderTrigger',
  description:
    'What determines the time of a reminder. All triggers except ABSOLUTE are relative to the due date of the task and move with it.',
  values: {
    AT_DUE: { description: 'When the task is due. If it is due on a whole day, at `timeOfDay` on that day.' },
    BEFORE_15_MIN: { description: '15 minutes before the task is due.' },
    BEFORE_30_MIN: { description: '30 minutes before the task is due.' },
    BEFORE_1_HOUR: { description: 'One hour before the task is due.' },
    BEFORE_1_DAY: {
      description: 'The day before the task is due, at the same local time in the time zone of the due date.',
    },
    CUSTOM: { description: '`offsetMinutes` minutes before the task is due.' },
    ABSOLUTE: { description: 'At a fixed time, given by `at`.' },
  },
});

export const ReminderChannelType = builder.enumType(ReminderChannel, {
  name: 'ReminderChannel',
  description: 'How a reminder is delivered.',
  values: {
    EMAIL: { description: 'By e-mail to the address of the user.' },
    WEBHOOK: { description: 'As a signed HTTP request to the webhook of the user.' },
    IN_APP: {
      description:
        'In your application: at its time, the reminder becomes SENT and is reported by `reminderChanged`. The user confirms it with `acknowledgeReminder`.',
    },
  },
});

/** The fields of a new reminder in addition to its task. */
export function reminderFields(t: InputFields) {
  return {
    trigger: t.field({
      type: ReminderTriggerType,
      required: true,
      description: 'What determines the time of the reminder.',
    }),
    offsetMinutes: t.int({
      description:
        'The number of minutes before the task is due, from 1 to 10,080. Required for CUSTOM and not allowed for other triggers.',
    }),
    at: t.field({
      type: 'DateTime',
      description: 'The time of the reminder. Required for ABSOLUTE and not allowed for other triggers.',
    }),
    timeOfDay: t.string({
      description:
        'For a task that is due on a whole day: the local time on that day that the trigger is relative to, as `HH:MM`. 09:00 by default. Not allowed for ABSOLUTE.',
    }),
    channel: t.field({ type: ReminderChannelType, description: 'How the reminder is delivered. EMAIL by default.' }),
  };
}

export const ReminderInput = builder.inputType('ReminderInput', {
  description: 'When and how to remind you of a task.',
  fields: reminderFields,
});
