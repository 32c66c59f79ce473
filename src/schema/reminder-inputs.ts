import { ReminderChannel, ReminderTrigger } from '../generated/prisma/enums.ts';
import { builder } from './builder.ts';

export const ReminderTriggerType = builder.enumType(ReminderTrigger, {
  name: 'ReminderTrigger',
  description: 'What decides when a reminder is sent. All but ABSOLUTE move with the due.',
  values: {
    AT_DUE: { description: 'The task’s due; for a whole day its timeOfDay.' },
    BEFORE_15_MIN: { description: '15 minutes before the due.' },
    BEFORE_30_MIN: { description: '30 minutes before the due.' },
    BEFORE_1_HOUR: { description: 'An hour before the due.' },
    BEFORE_1_DAY: { description: 'The day before the due, at the same time on the clock of its zone.' },
    CUSTOM: { description: '`offsetMinutes` minutes before the task is due.' },
    ABSOLUTE: { description: 'A moment of its own.' },
  },
});

export const ReminderChannelType = builder.enumType(ReminderChannel, {
  name: 'ReminderChannel',
  description: 'How a reminder is sent.',
  values: {
    EMAIL: { description: 'As a mail to the user’s address.' },
    WEBHOOK: { description: 'As a signed request to the user’s webhook.' },
    IN_APP: { description: 'By being SENT: it waits in reminders and reminderChanged until it is acknowledged.' },
  },
});

export const ReminderInput = builder.inputType('ReminderInput', {
  description: 'When and how you want to be reminded.',
  fields: (t) => ({
    trigger: t.field({ type: ReminderTriggerType, required: true, description: 'What decides when it is sent.' }),
    offsetMinutes: t.int({ description: 'How long before the due, 1 to 10,080 minutes, for CUSTOM alone.' }),
    at: t.field({ type: 'DateTime', description: 'Its moment, for ABSOLUTE alone.' }),
    timeOfDay: t.string({
      description: 'What time of a whole day counts as the due, such as 07:30; 09:00 unless given. Not for ABSOLUTE.',
    }),
    channel: t.field({ type: ReminderChannelType, description: 'How it is sent; EMAIL unless given.' }),
  }),
});
