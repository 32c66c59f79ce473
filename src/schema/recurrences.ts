import type { RecurrenceScope } from '../domain/recurrences/input.ts';
import type { Recurrence as RecurrenceRow, Task as TaskRow } from '../generated/prisma/client.ts';
import * as recurrences from '../resolvers/recurrences.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import { FirstOccurrenceInput, type InputFields, ruleFields } from './recurrence-inputs.ts';
import {
  MissedPolicyType,
  MonthEndPolicyType,
  Occurrence,
  Recurrence,
  RecurrenceBasisType,
  RecurrenceStatusType,
} from './recurrence-types.ts';
import { CreateTaskInput, TaskDueInput } from './task-inputs.ts';
import { PriorityType, Task } from './task-types.ts';

const CreateRecurrenceInput = builder.inputType('CreateRecurrenceInput', {
  description: 'The fields of a new recurrence.',
  fields: (t) => ({
    firstOccurrence: t.field({
      type: FirstOccurrenceInput,
      description:
        'The task that becomes the first occurrence. Required. If it has no due date, the recurrence starts today.',
    }),
    ...ruleFields(t, {
      repeat: 'The rule that determines the dates. Required.',
      end: 'The end of the recurrence. By default, it does not end.',
    }),
    taskId: t.id({
      description: 'The id of an existing task that becomes the first occurrence.',
      deprecationReason: 'Use `firstOccurrence`.',
    }),
    task: t.field({
      type: CreateTaskInput,
      description: 'A new task that becomes the first occurrence.',
      deprecationReason: 'Use `firstOccurrence`.',
    }),
    timeZone: t.string({
      description:
        'The IANA name of the time zone whose local time the recurrence keeps. The time zone of the due date by default.',
    }),
    basis: t.field({
      type: RecurrenceBasisType,
      description: 'What the date of the next occurrence is calculated from. SCHEDULE by default.',
    }),
    missed: t.field({
      type: MissedPolicyType,
      description: 'What happens when the next date is reached while an occurrence is still open. ONE by default.',
    }),
    monthEnd: t.field({
      type: MonthEndPolicyType,
      description:
        'What happens in a month that does not have the day of the rule. CLAMP by default: the last day of the month is used.',
    }),
    skipWeekends: t.boolean({
      description: 'Whether dates on a Saturday or Sunday are moved to Monday. False by default.',
    }),
    generateAhead: t.int({
      description:
        'The number of occurrences to create in advance, in addition to the current one, from 0 to 52. 0 by default.',
    }),
  }),
});

const scopes = {
  THIS: { description: 'Only one occurrence. The recurrence itself is not changed. `updateTask` has the same effect.' },
  THIS_AND_FOLLOWING: {
    description: 'One occurrence, the open occurrences after it, and those that are created later.',
  },
  ALL: { description: 'All open occurrences, and those that are created later.' },
} satisfies Record<RecurrenceScope, { description: string }>;

const RecurrenceScopeType = builder.enumType('RecurrenceScope', {
  description: 'The occurrences that a change of a recurrence applies to. Completed occurrences are never changed.',
  values: scopes,
});

/** What determines the dates of a recurrence besides its rule and its first date. */
function dateFields(t: InputFields) {
  return {
    timeZone: t.string({ description: 'The IANA time zone whose local time the dates keep.' }),
    basis: t.field({ type: RecurrenceBasisType, description: 'What the next date counts from.' }),
    monthEnd: t.field({ type: MonthEndPolicyType, description: 'What happens in a month that lacks the day.' }),
    skipWeekends: t.boolean({ description: 'Whether dates on a weekend move to Monday.' }),
  };
}

const UpdateRecurrenceInput = builder.inputType('UpdateRecurrenceInput', {
  description:
    'The changes to a recurrence. Omitted fields are not changed; null clears a field. Fields that tasks have too are also changed in the open occurrences that `scope` selects.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of the recurrence.' }),
    expectedVersion: t.int({
      description:
        'The version that the recurrence must have. If it has another version, nothing is changed and the operation fails with PRECONDITION_FAILED.',
    }),
    scope: t.field({
      type: RecurrenceScopeType,
      description: 'The occurrences that the change applies to. THIS_AND_FOLLOWING by default.',
    }),
    taskId: t.id({
      description:
        'The id of the open occurrence that the change starts from. The earliest open occurrence by default.',
    }),
    due: t.field({
      type: TaskDueInput,
      description:
        'The new due date of the occurrence that the change starts from. Later dates move with it: a rule for one day, such as every Monday, becomes a rule for the new day. With a whole day, all occurrences are due on whole days; with an instant, at that time of day. Reminders move too.',
    }),
    timeZone: t.string({
      description:
        'The IANA name of the time zone whose local time the recurrence keeps. If `due` is not given, the occurrences keep their local time.',
    }),
    title: t.string({ description: 'The title, 1 to 500 characters. It cannot be cleared.' }),
    notes: t.string({ description: 'Notes about the task, in Markdown. At most 20,000 characters.' }),
    priority: t.field({ type: PriorityType, description: 'The priority. Null sets it to MEDIUM.' }),
    tags: t.stringList({ description: 'All tags. They replace the current tags.' }),
    assigneeId: t.id({ description: 'The id of the user who is responsible for the task. Null removes the assignee.' }),
    projectId: t.id({
      description:
        'The id of the project that the recurrence and its tasks belong to. Null takes them out of their project.',
    }),
    ...ruleFields(t, {
      repeat:
        'A new rule. It applies from the occurrence that the change starts from. The open occurrences after it get the dates of the new rule; those that it has no date for are moved to the trash.',
      end: 'A new end. Null removes the end.',
    }),
    basis: t.field({
      type: RecurrenceBasisType,
      description: 'What the date of the next occurrence is calculated from.',
    }),
    missed: t.field({
      type: MissedPolicyType,
      description: 'What happens when the next date is reached while an occurrence is still open.',
    }),
    monthEnd: t.field({
      type: MonthEndPolicyType,
      description: 'What happens in a month that does not have the day of the rule.',
    }),
    skipWeekends: t.boolean({ description: 'Whether dates on a Saturday or Sunday are moved to Monday.' }),
    generateAhead: t.int({
      description:
        'The number of occurrences to create in advance, in addition to the current one, from 0 to 52. If it is reduced, the latest occurrences that are no longer needed are moved to the trash, except those that somebody has edited, commented on, or added a subtask or reminder to.',
    }),
  }),
});

const PreviewRecurrenceInput = builder.inputType('PreviewRecurrenceInput', {
  description: 'The fields that decide the dates of a recurrence that `createRecurrence` would create.',
  fields: (t) => ({
    taskId: t.id({
      description: 'The id of the existing task that would be repeated. Its due date is the first date.',
    }),
    due: t.field({
      type: TaskDueInput,
      description: 'The first due date, if there is no task yet. Without taskId and due, the recurrence starts today.',
    }),
    ...ruleFields(t, {
      repeat: 'The rule that determines the dates. Required.',
      end: 'The end of the recurrence. By default, it does not end.',
    }),
    ...dateFields(t),
  }),
});

const PreviewRecurrenceUpdateInput = builder.inputType('PreviewRecurrenceUpdateInput', {
  description:
    'The fields that decide the dates of a recurrence after `updateRecurrence`. Omitted fields are not changed.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of the recurrence.' }),
    scope: t.field({
      type: RecurrenceScopeType,
      description:
        'THIS_AND_FOLLOWING, the default, or ALL. THIS is refused: it does not change the dates of the recurrence.',
    }),
    taskId: t.id({
      description:
        'The id of the open occurrence that the change starts from. The earliest open occurrence by default.',
    }),
    due: t.field({ type: TaskDueInput, description: 'The new due date of that occurrence.' }),
    ...ruleFields(t, { repeat: 'A new rule.', end: 'A new end. Null removes the end.' }),
    ...dateFields(t),
  }),
});

const RecurrenceFilter = builder.inputType('RecurrenceFilter', {
  description: 'Conditions for recurrences. A recurrence matches if all given conditions hold.',
  fields: (t) => ({
    statuses: t.field({ type: [RecurrenceStatusType], description: 'The recurrence has one of these statuses.' }),
    taskId: t.id({ description: 'The task with this id is an occurrence of the recurrence.' }),
  }),
});

builder.queryFields((t) => ({
  recurrence: t.field({
    type: Recurrence,
    nullable: true,
    description:
      'Finds a recurrence by its id. Null, with a NOT_FOUND error, if it does not exist or you cannot see it.',
    args: { id: t.arg.id({ required: true, description: 'The id of the recurrence.' }) },
    resolve: recurrences.recurrence,
  }),
  recurrences: t.connection(
    {
      type: Recurrence,
      nullable: true,
      description:
        'The recurrences that you can see, the newest first. A page has 50 recurrences by default and at most 200.',
      args: {
        filter: t.arg({ type: RecurrenceFilter, description: 'Returns only recurrences that match this filter.' }),
      },
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: recurrences.recurrences,
    },
    { name: 'RecurrenceConnection', description: 'A page of recurrences.' },
    { name: 'RecurrenceEdge', description: 'An entry of a page of recurrences.' },
  ),
  previewRecurrence: t.field({
    type: [Occurrence],
    nullable: true,
    description:
      'The first dates of the recurrence that `createRecurrence` would create. Nothing is stored. Invalid input is refused in the same way.',
    args: {
      input: t.arg({ type: PreviewRecurrenceInput, required: true, description: 'The rule and the first due.' }),
      first: t.arg.int({ description: 'The number of dates to return, from 1 to 100. 10 by default.' }),
    },
    complexity: ({ first }) => ({ field: 5, multiplier: first ?? 10 }),
    resolve: recurrences.previewRecurrence,
  }),
  previewRecurrenceUpdate: t.field({
    type: [Occurrence],
    nullable: true,
    description:
      'The dates that a recurrence would have after `updateRecurrence`, beginning with the occurrence that the change starts from. Nothing is stored.',
    args: {
      input: t.arg({
        type: PreviewRecurrenceUpdateInput,
        required: true,
        description: 'The changes to the recurrence.',
      }),
      first: t.arg.int({ description: 'The number of dates to return, from 1 to 100. 10 by default.' }),
    },
    complexity: ({ first }) => ({ field: 5, multiplier: first ?? 10 }),
    resolve: recurrences.previewRecurrenceUpdate,
  }),
  occurrences: t.connection(
    {
      type: Occurrence,
      nullable: true,
      description:
        'The future dates of a recurrence for which no task has been created yet. Empty if the recurrence has ended. Only forward pagination with `first` and `after` is supported. Null, with a NOT_FOUND error, if the recurrence does not exist or you cannot see it.',
      args: { id: t.arg.id({ required: true, description: 'The id of the recurrence.' }) },
      complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
      resolve: recurrences.occurrences,
    },
    { name: 'OccurrenceConnection', description: 'A page of future dates.' },
    { name: 'OccurrenceEdge', description: 'An entry of a page of future dates.' },
  ),
}));

function recurrencePayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; recurrence: RecurrenceRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      recurrence: t.expose('recurrence', { type: Recurrence, description: 'The recurrence after the change.' }),
    }),
  });
}

function occurrencePayload(name: string, { description, task }: { description: string; task: string }) {
  return builder.objectRef<{ changeId: string; recurrence: RecurrenceRow; task: TaskRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      recurrence: t.expose('recurrence', { type: Recurrence, description: 'The recurrence after the change.' }),
      task: t.expose('task', { type: Task, description: task }),
    }),
  });
}

builder.mutationFields((t) => {
  const target = {
    id: t.arg.id({ required: true, description: 'The id of the recurrence.' }),
    ...expectedVersion,
    ...idempotencyKey,
  };
  return {
    createRecurrence: t.field({
      type: recurrencePayload('CreateRecurrencePayload', 'The result of createRecurrence.'),
      description:
        'Creates a recurrence, with a task as its first occurrence. INVALID_INPUT if its rule is invalid or has no dates.',
      args: {
        input: t.arg({ type: CreateRecurrenceInput, required: true, description: 'The recurrence to create.' }),
        ...idempotencyKey,
      },
      resolve: recurrences.createRecurrence,
    }),
    updateRecurrence: t.field({
      type: recurrencePayload('UpdateRecurrencePayload', 'The result of updateRecurrence.'),
      description:
        'Updates a recurrence and the occurrences that `scope` selects. Completed occurrences are not changed. CONFLICT if the recurrence has ended.',
      args: {
        input: t.arg({ type: UpdateRecurrenceInput, required: true, description: 'The changes to the recurrence.' }),
        ...idempotencyKey,
      },
      resolve: recurrences.updateRecurrence,
    }),
    pauseRecurrence: t.field({
      type: recurrencePayload('PauseRecurrencePayload', 'The result of pauseRecurrence.'),
      description: 'Pauses a recurrence: no occurrences are created until it is resumed. CONFLICT if it is not active.',
      args: target,
      resolve: recurrences.pauseRecurrence,
    }),
    resumeRecurrence: t.field({
      type: recurrencePayload('ResumeRecurrencePayload', 'The result of resumeRecurrence.'),
      description:
        'Resumes a paused recurrence and creates its next occurrences. Dates that passed while it was paused are skipped. CONFLICT if it is not paused.',
      args: target,
      resolve: recurrences.resumeRecurrence,
    }),
    cancelRecurrence: t.field({
      type: recurrencePayload('CancelRecurrencePayload', 'The result of cancelRecurrence.'),
      description: 'Ends a recurrence. Its open occurrences are kept. CONFLICT if it has ended.',
      args: target,
      resolve: recurrences.cancelRecurrence,
    }),
    deleteRecurrence: t.field({
      type: builder
        .objectRef<{ changeId: string; recurrence: RecurrenceRow; tasks: TaskRow[] }>('DeleteRecurrencePayload')
        .implement({
          description: 'The result of deleteRecurrence.',
          interfaces: [ChangePayload],
          fields: (payload) => ({
            recurrence: payload.expose('recurrence', {
              type: Recurrence,
              description: 'The recurrence, whose status is now CANCELLED.',
            }),
            tasks: payload.expose('tasks', {
              type: [Task],
              description: 'The occurrences that were moved to the trash.',
            }),
          }),
        }),
      description:
        'Ends a recurrence and moves its open occurrences to the trash. Completed occurrences are kept. To keep the open occurrences too, use `cancelRecurrence`.',
      args: target,
      resolve: recurrences.deleteRecurrence,
    }),
    skipOccurrence: t.field({
      type: occurrencePayload('SkipOccurrencePayload', {
        description: 'The result of skipOccurrence.',
        task: 'The occurrence, which is now in the trash.',
      }),
      description: 'Skips an open occurrence: it is moved to the trash and the next occurrence is created.',
      args: { taskId: t.arg.id({ required: true, description: 'The id of the occurrence.' }), ...idempotencyKey },
      resolve: recurrences.skipOccurrence,
    }),
    generateNextOccurrence: t.field({
      type: occurrencePayload('GenerateNextOccurrencePayload', {
        description: 'The result of generateNextOccurrence.',
        task: 'The new occurrence.',
      }),
      description: 'Creates the next occurrence of an active recurrence in advance. CONFLICT if it has no more dates.',
      args: target,
      resolve: recurrences.generateNextOccurrence,
    }),
  };
});
