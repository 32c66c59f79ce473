import type { Reminder as ReminderRow } from '../generated/prisma/client.ts';
import * as reminders from '../resolvers/reminders.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { ReminderChannelType, ReminderTriggerType } from './reminder-inputs.ts';
import { Reminder, ReminderStatusType } from './reminder-types.ts';

const CreateReminderInput = builder.inputType('CreateReminderInput', {
  description: 'A reminder to be made, to yourself.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'The task it is about.' }),
    trigger: t.field({ type: ReminderTriggerType, required: true, description: 'What decides when it is sent.' }),
    offsetMinutes: t.int({ description: 'How long before the due, 1 to 10,080 minutes, for CUSTOM alone.' }),
    at: t.field({ type: 'DateTime', description: 'Its moment, for ABSOLUTE alone.' }),
    timeOfDay: t.string({
      description: 'What time of a whole day counts as the due, such as 07:30; 09:00 unless given. Not for ABSOLUTE.',
    }),
    channel: t.field({ type: ReminderChannelType, description: 'How it is sent; EMAIL unless given.' }),
  }),
});

const ReminderFilter = builder.inputType('ReminderFilter', {
  description: 'Which reminders are meant: all that is given must hold.',
  fields: (t) => ({
    statuses: t.field({ type: [ReminderStatusType], description: 'Of one of these statuses.' }),
    channels: t.field({ type: [ReminderChannelType], description: 'Through one of these channels.' }),
    isAcknowledged: t.boolean({ description: 'Whether it was acknowledged.' }),
    taskId: t.id({ description: 'About this task.' }),
  }),
});

builder.queryField('reminders', (t) =>
  t.connection(
    {
      type: Reminder,
      description: 'The reminders to you, the earliest first. Pages of 50, at most 200.',
      args: { filter: t.arg({ type: ReminderFilter, description: 'Which of them.' }) },
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: reminders.reminders,
    },
    { name: 'ReminderConnection', description: 'A page of reminders.' },
    { name: 'ReminderEdge', description: 'A reminder in a page.' },
  ),
);

function reminderPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; reminder: ReminderRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      reminder: t.expose('reminder', { type: Reminder, description: 'The reminder after the change.' }),
    }),
  });
}

builder.mutationFields((t) => {
  const target = { id: t.arg.id({ required: true, description: 'The reminder.' }), ...idempotencyKey };
  return {
    createReminder: t.field({
      type: reminderPayload('CreateReminderPayload', 'The reminder that was made.'),
      description: 'Makes a reminder. INVALID_INPUT when its moment has passed, or the task has no due for it.',
      args: {
        input: t.arg({ type: CreateReminderInput, required: true, description: 'The reminder.' }),
        ...idempotencyKey,
      },
      resolve: reminders.createReminder,
    }),
    cancelReminder: t.field({
      type: reminderPayload('CancelReminderPayload', 'The reminder that was cancelled.'),
      description:
        'Cancels a pending reminder. CONFLICT when it is not pending; completing or deleting its task cancels it too.',
      args: target,
      resolve: reminders.cancelReminder,
    }),
    retryReminder: t.field({
      type: reminderPayload('RetryReminderPayload', 'The reminder that is sent again.'),
      description: 'Has a reminder that has failed sent now. CONFLICT when it has not failed.',
      args: target,
      resolve: reminders.retryReminder,
    }),
    acknowledgeReminder: t.field({
      type: reminderPayload('AcknowledgeReminderPayload', 'The reminder that was acknowledged.'),
      description: 'Says that you are done with an IN_APP reminder that is SENT. CONFLICT when it is no such one.',
      args: target,
      resolve: reminders.acknowledgeReminder,
    }),
  };
});
