import type { ReminderStreamItem } from '../domain/reminders/watch-reminders.ts';
import * as reminders from '../resolvers/reminders.ts';
import { builder } from './builder.ts';
import { Reminder } from './reminder-types.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';

type Delivered<K> = Extract<ReminderStreamItem, { kind: K }>;

const ReminderChangeKind = builder.enumType('ReminderChangeKind', {
  description: 'What happened to a reminder.',
  values: {
    CREATED: { value: 'reminder.created', description: 'It was made.' },
    MOVED: { value: 'reminder.moved', description: 'Its moment moved with the due.' },
    CANCELLED: { value: 'reminder.cancelled', description: 'It was cancelled, by itself or with its task.' },
    EXPIRED: { value: 'reminder.expired', description: 'Its moment passed before it could be sent.' },
    RESTORED: { value: 'reminder.restored', description: 'An undo gave it the state it had.' },
    RETRIED: { value: 'reminder.retried', description: 'After it failed it was asked for again.' },
    SENDING: { value: 'reminder.sending', description: 'An attempt was begun.' },
    DEFERRED: { value: 'reminder.deferred', description: 'An attempt failed, and another one follows.' },
    SENT: { value: 'reminder.sent', description: 'It was accepted; an IN_APP one is to be shown now.' },
    FAILED: { value: 'reminder.failed', description: 'The last attempt failed.' },
    ACKNOWLEDGED: { value: 'reminder.acknowledged', description: 'You were done with it.' },
  } as const,
});

const ReminderChanged = builder.objectRef<Delivered<'CHANGED'>>('ReminderChanged').implement({
  description: 'A reminder to you was changed.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({ type: ReminderChangeKind, description: 'What happened.', resolve: ({ event }) => event.type }),
    reminder: t.expose('reminder', { type: Reminder, description: 'The reminder right after this change.' }),
    changeId: t.id({ description: 'The change.', resolve: ({ event }) => event.changeId }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  CHANGED: 'ReminderChanged',
} as const satisfies Record<ReminderStreamItem['kind'], string>;

builder.subscriptionField('reminderChanged', (t) =>
  t.field({
    type: builder.unionType('ReminderChangedPayload', {
      description: 'What a subscriber to reminders gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, ReminderChanged],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'Every change of the reminders to you; an IN_APP one is delivered by becoming SENT here.',
    args: { ...afterCursor },
    subscribe: reminders.reminderChanged,
    resolve: (item) => item,
  }),
);
