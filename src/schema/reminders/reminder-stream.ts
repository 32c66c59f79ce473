import type { ReminderStreamItem } from '../../domain/reminders/watch-reminders.ts';
import { watchReminders } from '../../domain/reminders/watch-reminders.ts';
import { builder } from '../builder.ts';
import { addSubscription, changeFields, streamPayload } from '../stream.ts';
import { Reminder } from './reminder-types.ts';

type Delivered<K> = Extract<ReminderStreamItem, { kind: K }>;

const ReminderChangeKind = builder.enumType('ReminderChangeKind', {
  description: 'The kind of a change to a reminder.',
  values: {
    CREATED: { value: 'reminder.created', description: 'The reminder was created.' },
    MOVED: { value: 'reminder.moved', description: 'The time of the reminder moved with the due date of the task.' },
    CANCELLED: {
      value: 'reminder.cancelled',
      description: 'The reminder was cancelled, or its task was completed or deleted.',
    },
    EXPIRED: {
      value: 'reminder.expired',
      description: 'The time of the reminder passed before it could be delivered.',
    },
    RESTORED: { value: 'reminder.restored', description: 'The reminder was restored by `undo`.' },
    RETRIED: { value: 'reminder.retried', description: 'The failed reminder was retried.' },
    SENDING: { value: 'reminder.sending', description: 'An attempt to deliver the reminder was started.' },
    DEFERRED: {
      value: 'reminder.deferred',
      description: 'An attempt to deliver the reminder failed, and another one will be made.',
    },
    SENT: { value: 'reminder.sent', description: 'The reminder was delivered. An IN_APP reminder can be shown now.' },
    FAILED: { value: 'reminder.failed', description: 'The last attempt to deliver the reminder failed.' },
    ACKNOWLEDGED: { value: 'reminder.acknowledged', description: 'The reminder was acknowledged.' },
  } as const,
});

const ReminderChanged = streamPayload<Delivered<'CHANGED'>>('ReminderChanged', {
  description: 'One of your reminders was changed.',
  fields: (t) => ({
    kind: t.field({
      type: ReminderChangeKind,
      description: 'What happened to the reminder.',
      resolve: ({ event }) => event.type,
    }),
    reminder: t.expose('reminder', { type: Reminder, description: 'The reminder immediately after this change.' }),
    ...changeFields(t),
  }),
});

addSubscription('reminderChanged', {
  permission: 'task:read',
  description:
    'Changes of your reminders. An IN_APP reminder is delivered through this subscription: show it when it becomes SENT.',
  payloads: { CHANGED: ReminderChanged },
  watch: watchReminders,
});
