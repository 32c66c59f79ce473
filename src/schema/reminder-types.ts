import { ReminderChannel, ReminderStatus, ReminderTrigger } from '../generated/prisma/enums.ts';
import * as reminders from '../resolvers/reminders.ts';
import { builder } from './builder.ts';
import { Task } from './task-types.ts';
import { User } from './users.ts';

export const ReminderTriggerType = builder.enumType(ReminderTrigger, {
  name: 'ReminderTrigger',
  description: 'What decides when a reminder is sent.',
  values: {
    AT_DUE: { description: 'The task’s due; 09:00 in its zone for a whole day. It moves with the due.' },
    ABSOLUTE: { description: 'A moment of its own.' },
  },
});

export const ReminderChannelType = builder.enumType(ReminderChannel, {
  name: 'ReminderChannel',
  description: 'How a reminder is sent.',
  values: { EMAIL: { description: 'As a mail to the user’s address.' } },
});

export const ReminderStatusType = builder.enumType(ReminderStatus, {
  name: 'ReminderStatus',
  description: 'How far a reminder is.',
  values: {
    PENDING: { description: 'It waits for its moment, or for its next attempt.' },
    SENDING: { description: 'It is being sent.' },
    SENT: { description: 'The mail server has accepted it.' },
    FAILED: { description: 'It could not be sent; retryReminder starts over.' },
    CANCELLED: { description: 'It was cancelled, by itself or with its task.' },
    EXPIRED: { description: 'Its moment passed before it could be sent.' },
  },
});

export const Reminder = builder.prismaNode('Reminder', {
  description: 'Word to a user about a task at a moment. It is seen by those who see the task.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => reminders.findReminder(id, context),
  fields: (t) => ({
    task: t.field({ type: Task, description: 'What it is about.', resolve: reminders.task }),
    user: t.field({ type: User, description: 'Who is reminded.', resolve: reminders.user }),
    trigger: t.expose('trigger', { type: ReminderTriggerType, description: 'What decides when it is sent.' }),
    channel: t.expose('channel', { type: ReminderChannelType, description: 'How it is sent.' }),
    status: t.expose('status', { type: ReminderStatusType, description: 'How far it is.' }),
    remindAt: t.expose('remindAt', { type: 'DateTime', description: 'Its moment.' }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is sent: at its moment, or 1, 5, 15 minutes after a failed attempt. Null unless PENDING.',
    }),
    attempts: t.exposeInt('attempts', { description: 'How often sending was begun, since it was last retried.' }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'Why it was not sent, as far as it is known.',
    }),
    sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true, description: 'When it was accepted.' }),
    version: t.exposeInt('version', { description: 'Rises with every change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

builder.prismaObjectField(Task, 'reminders', (t) =>
  t.field({
    type: [Reminder],
    description: 'Its reminders, the earliest first, at most 50.',
    complexity: { field: 1, multiplier: 5 },
    resolve: reminders.remindersOfTask,
  }),
);
