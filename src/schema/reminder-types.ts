import { ReminderStatus } from '../generated/prisma/enums.ts';
import * as reminders from '../resolvers/reminders.ts';
import { builder } from './builder.ts';
import { ReminderChannelType, ReminderTriggerType } from './reminder-inputs.ts';
import { Task } from './task-types.ts';
import { User } from './users.ts';

export const ReminderStatusType = builder.enumType(ReminderStatus, {
  name: 'ReminderStatus',
  description: 'How far a reminder is.',
  values: {
    PENDING: { description: 'It waits for its moment, or for its next attempt.' },
    SENDING: { description: 'It is being sent.' },
    SENT: { description: 'The mail server or webhook has accepted it; IN_APP, it is shown.' },
    FAILED: { description: 'It could not be sent; retryReminder starts over.' },
    CANCELLED: {
      description:
        'A user cancelled it, or its task was completed, deleted or lost its due. In the second case it is PENDING again when the task is open and its moment lies ahead.',
    },
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
    offsetMinutes: t.exposeInt('offsetMinutes', {
      nullable: true,
      description: 'How long before the due a CUSTOM one is.',
    }),
    timeOfDay: t.exposeString('timeOfDay', {
      nullable: true,
      description: 'What time of a whole day counts as the due; null is 09:00.',
    }),
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
    sentAt: t.expose('sentAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last accepted. A reminder that is PENDING for a later moment keeps it.',
    }),
    acknowledgedAt: t.expose('acknowledgedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its user was done with it, IN_APP alone.',
    }),
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
