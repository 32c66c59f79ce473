import { createReminder } from '../../domain/reminders/create-reminder.ts';
import { listReminders } from '../../domain/reminders/list-reminders.ts';
import * as status from '../../domain/reminders/reminder-status.ts';
import { call } from '../../resolvers/call.ts';
import { connection } from '../../resolvers/connection.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { pageCost, pageOf } from '../connection.ts';
import { Task } from '../tasks/task-types.ts';
import { ReminderChannelType, reminderFields } from './reminder-inputs.ts';
import { Reminder, ReminderStatusType } from './reminder-types.ts';

const CreateReminderInput = builder.inputType('CreateReminderInput', {
  description: 'The fields of a new reminder, which is delivered to you.',
  fields: (t) => ({
    taskId: t.id({ for: Task, required: true, description: 'The id of the task that the reminder is about.' }),
    ...reminderFields(t),
  }),
});

const ReminderFilter = builder.inputType('ReminderFilter', {
  description: 'Conditions for reminders. A reminder matches if all given conditions hold.',
  fields: (t) => ({
    statuses: t.field({ type: [ReminderStatusType], description: 'The reminder has one of these statuses.' }),
    channels: t.field({
      type: [ReminderChannelType],
      description: 'The reminder is delivered through one of these channels.',
    }),
    isAcknowledged: t.boolean({ description: 'Whether the reminder was acknowledged.' }),
    taskId: t.id({ for: Task, description: 'The reminder is about the task with this id.' }),
  }),
});

builder.queryField('reminders', (t) =>
  t.connection(
    {
      permission: 'task:read',
      type: Reminder,
      nullable: true,
      description: 'Your reminders, the earliest first. A page has 50 reminders by default and at most 200.',
      args: { filter: t.arg({ type: ReminderFilter, description: 'Returns only reminders that match this filter.' }) },
      complexity: pageCost,
      resolve: connection(listReminders),
    },
    ...pageOf('Reminder', 'reminders'),
  ),
);

const changedReminder = { reminder: { type: Reminder, description: 'The reminder after the change.' } };

builder.mutationFields((t) => {
  const target = {
    id: t.arg.id({ for: Reminder, required: true, description: 'The id of the reminder.' }),
    ...idempotencyKey,
  };
  return {
    createReminder: t.field({
      permission: 'reminder:write',
      type: payload('createReminder', changedReminder),
      description:
        'Creates a reminder. INVALID_INPUT if its time has passed, or if its trigger is relative to a due date and the task has none.',
      args: {
        input: t.arg({ type: CreateReminderInput, required: true, description: 'The reminder to create.' }),
        ...idempotencyKey,
      },
      resolve: call(createReminder),
    }),
    cancelReminder: t.field({
      permission: 'reminder:write',
      type: payload('cancelReminder', changedReminder),
      description: 'Cancels a pending reminder. CONFLICT if it is not pending.',
      args: target,
      resolve: call(status.cancelReminder),
    }),
    retryReminder: t.field({
      permission: 'reminder:write',
      type: payload('retryReminder', changedReminder),
      description: 'Delivers a failed reminder again, immediately. CONFLICT if it has not failed.',
      args: target,
      resolve: call(status.retryReminder),
    }),
    acknowledgeReminder: t.field({
      permission: 'reminder:write',
      type: payload('acknowledgeReminder', changedReminder),
      description: 'Acknowledges an IN_APP reminder that is SENT. CONFLICT for any other reminder.',
      args: target,
      resolve: call(status.acknowledgeReminder),
    }),
  };
});
