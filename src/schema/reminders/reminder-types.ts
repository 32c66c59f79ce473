import type { Delivery } from '../../domain/reminders/deliveries.ts';
import { ReminderStatus } from '../../generated/prisma/enums.ts';
import { userIn } from '../../resolvers/call.ts';
import * as reminders from '../../resolvers/reminders/reminders.ts';
import { builder } from '../builder.ts';
import { User } from '../members/users.ts';
import { Task } from '../tasks/task-types.ts';
import { ReminderChannelType, ReminderTriggerType } from './reminder-inputs.ts';

export const ReminderStatusType = builder.enumType(ReminderStatus, {
  name: 'ReminderStatus',
  description: 'The status of a reminder.',
  values: {
    PENDING: { description: 'The reminder is waiting for its time or for the next attempt to deliver it.' },
    SENDING: { description: 'The reminder is being delivered.' },
    SENT: {
      description: 'The mail server or the webhook accepted the reminder, or an IN_APP reminder is ready to be shown.',
    },
    FAILED: { description: 'The reminder could not be delivered. `retryReminder` tries again.' },
    CANCELLED: {
      description:
        'The reminder was cancelled by a user, or because its task was completed, was deleted or lost its due date. In the latter cases it becomes PENDING again when the task is open again and the time of the reminder is in the future.',
    },
    EXPIRED: { description: 'The time of the reminder passed before it could be delivered.' },
  },
});

const ReminderDelivery = builder.objectRef<Delivery>('ReminderDelivery').implement({
  permission: 'task:read',
  description: 'A delivery of a reminder.',
  fields: (t) => ({
    remindAt: t.expose('remindAt', { type: 'DateTime', description: 'The time that the reminder had then.' }),
    sentAt: t.expose('sentAt', { type: 'DateTime', description: 'When it was delivered.' }),
  }),
});

export const Reminder = builder.prismaNode('Reminder', {
  permission: 'task:read',
  description: 'A reminder of a task, which is delivered to one user. Everybody who can see the task can see it.',
  id: { field: 'id', description: 'The global id of the reminder.' },
  fields: (t) => ({
    task: t.field({ type: Task, description: 'The task that the reminder is about.', resolve: reminders.task }),
    user: t.field({ type: User, description: 'The user who is reminded.', resolve: userIn('userId') }),
    trigger: t.expose('trigger', {
      type: ReminderTriggerType,
      description: 'What determines the time of the reminder.',
    }),
    offsetMinutes: t.exposeInt('offsetMinutes', {
      nullable: true,
      description: 'For CUSTOM: the number of minutes before the task is due. Null for other triggers.',
    }),
    timeOfDay: t.exposeString('timeOfDay', {
      nullable: true,
      description:
        'For a task that is due on a whole day: the local time on that day that the trigger is relative to, as `HH:MM`. Null means 09:00.',
    }),
    channel: t.expose('channel', { type: ReminderChannelType, description: 'How the reminder is delivered.' }),
    status: t.expose('status', { type: ReminderStatusType, description: 'The status.' }),
    remindAt: t.expose('remindAt', { type: 'DateTime', description: 'The time of the reminder.' }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the reminder will be delivered: at its time, or 1, 5 or 15 minutes after a failed attempt. Null unless it is PENDING.',
    }),
    attempts: t.exposeInt('attempts', {
      description: 'The number of attempts to deliver the reminder since it was created or last retried.',
    }),
    lastError: t.string({
      nullable: true,
      description:
        'Why the last attempt failed or the reminder was not delivered. Null if no reason is known, and for a reminder of another user.',
      resolve: reminders.lastError,
    }),
    sentAt: t.expose('sentAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the reminder was last delivered. Null if it never was. A reminder that becomes PENDING again for a later time keeps it.',
    }),
    deliveries: t.field({
      type: [ReminderDelivery],
      description:
        'Every delivery of the reminder, the earliest first, at most the latest 50. A reminder is delivered again when the due date of its task is moved ahead. Deliveries older than the event log is kept are left out.',
      complexity: { field: 1, multiplier: 2 },
      resolve: reminders.deliveries,
    }),
    acknowledgedAt: t.expose('acknowledgedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the user acknowledged the reminder. Null if it has not been acknowledged. Only IN_APP reminders can be.',
    }),
    version: t.exposeInt('version', { description: 'The version of the reminder, which increases with every change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the reminder was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the reminder was last changed.' }),
  }),
});

builder.prismaObjectField(Task, 'reminders', (t) =>
  t.field({
    type: [Reminder],
    description: 'The reminders of the task, the earliest first. At most 50.',
    complexity: { field: 1, multiplier: 5 },
    resolve: reminders.remindersOfTask,
  }),
);
