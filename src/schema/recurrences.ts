import type { RecurrenceScope } from '../domain/recurrences/input.ts';
import type { Recurrence as RecurrenceRow, Task as TaskRow } from '../generated/prisma/client.ts';
import * as recurrences from '../resolvers/recurrences.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import {
  MissedPolicyType,
  MonthEndPolicyType,
  Occurrence,
  Recurrence,
  RecurrenceBasisType,
  RecurrencePresetType,
  RecurrenceStatusType,
} from './recurrence-types.ts';
import { CreateTaskInput, TaskDueInput } from './task-inputs.ts';
import { PriorityType, Task } from './task-types.ts';

const CreateRecurrenceInput = builder.inputType('CreateRecurrenceInput', {
  description:
    'A series to be made of a task, which is its first occurrence. Give either taskId or task; without a due it starts today.',
  fields: (t) => ({
    taskId: t.id({ description: 'A task there is.' }),
    task: t.field({ type: CreateTaskInput, description: 'A task to be made.' }),
    preset: t.field({ type: RecurrencePresetType, required: true, description: 'How the rule is said.' }),
    interval: t.int({ description: 'Every how many days, weeks, months or years, 1 to 365; 1 unless given.' }),
    rule: t.string({
      description: 'For CUSTOM alone: an RRULE of RFC 5545, such as FREQ=MONTHLY;BYDAY=-1FR. HOURLY is the finest.',
    }),
    until: t.field({ type: 'Date', description: 'The last day that can have one.' }),
    count: t.int({ description: 'How many there are in all, the first included; not together with until.' }),
    timeZone: t.string({ description: 'The IANA zone whose wall clock it keeps to; the due’s unless given.' }),
    basis: t.field({
      type: RecurrenceBasisType,
      description: 'What the next date counts from; SCHEDULE unless given.',
    }),
    missed: t.field({ type: MissedPolicyType, description: 'What a date that passed undone means; ONE unless given.' }),
    monthEnd: t.field({
      type: MonthEndPolicyType,
      description: 'What happens in a month that lacks the day. The default is CLAMP: the last day of that month.',
    }),
    skipWeekends: t.boolean({ description: 'Whether dates on a weekend move to Monday; they do not unless given.' }),
    generateAhead: t.int({
      description: 'How many occurrences it keeps open beside the current one, 0 to 52; 0 unless given.',
    }),
  }),
});

const UpdateRecurrenceInput = builder.inputType('UpdateRecurrenceInput', {
  description:
    'Changes to a series: an omitted field stays, null clears it. What a task has too is changed on its open occurrences as well.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The series.' }),
    expectedVersion: t.int({ description: 'Refuse with PRECONDITION_FAILED unless it is at this version.' }),
    scope: t.field({
      type: builder.enumType('RecurrenceScope', {
        description: 'Which occurrences of a series change. Completed occurrences never do.',
        values: scopes,
      }),
      description: 'Which occurrences change. The default is THIS_AND_FOLLOWING.',
    }),
    taskId: t.id({
      description: 'The open occurrence that the change counts from. The default is the earliest open one.',
    }),
    due: t.field({
      type: TaskDueInput,
      description:
        'The new due of the occurrence that the change counts from. The dates after it follow: a rule that names one day, such as every Monday, names the new day. A whole day makes the series all-day, an instant makes it timed. Reminders move along.',
    }),
    timeZone: t.string({
      description:
        'The IANA time zone whose wall clock the series keeps. Without due, its dates keep their local time.',
    }),
    title: t.string({ description: 'What is to be done; it cannot be cleared.' }),
    notes: t.string({ description: 'More about it, in Markdown.' }),
    priority: t.field({ type: PriorityType, description: 'Cleared, it is MEDIUM.' }),
    tags: t.stringList({ description: 'All its tags.' }),
    assigneeId: t.id({ description: 'The user who is to do it.' }),
    projectId: t.id({ description: 'The project it belongs to.' }),
    preset: t.field({
      type: RecurrencePresetType,
      description: 'Another rule, from the current occurrence on; what was made ahead is replaced.',
    }),
    interval: t.int({ description: 'Every how many days, weeks, months or years.' }),
    rule: t.string({ description: 'An RRULE of RFC 5545, for CUSTOM.' }),
    until: t.field({ type: 'Date', description: 'The last day that can have one.' }),
    count: t.int({ description: 'How many there are in all.' }),
    basis: t.field({ type: RecurrenceBasisType, description: 'What the next date counts from.' }),
    missed: t.field({ type: MissedPolicyType, description: 'What a date that passed undone means.' }),
    monthEnd: t.field({ type: MonthEndPolicyType, description: 'What a day that a month lacks means.' }),
    skipWeekends: t.boolean({ description: 'Whether dates on a weekend move to Monday.' }),
    generateAhead: t.int({ description: 'How many occurrences it keeps open beside the current one.' }),
  }),
});

const scopes = {
  THIS: { description: 'One occurrence alone. The series does not change; updateTask does the same.' },
  THIS_AND_FOLLOWING: { description: 'One occurrence, the open ones after it, and those that the series makes later.' },
  ALL: { description: 'Every open occurrence, and those that the series makes later.' },
} satisfies Record<RecurrenceScope, { description: string }>;

const RecurrenceFilter = builder.inputType('RecurrenceFilter', {
  description: 'Which series are meant: all that is given must hold.',
  fields: (t) => ({
    statuses: t.field({ type: [RecurrenceStatusType], description: 'Of one of these statuses.' }),
    taskId: t.id({ description: 'With this task as an occurrence.' }),
  }),
});

builder.queryFields((t) => ({
  recurrence: t.field({
    type: Recurrence,
    nullable: true,
    description: 'The series with this id. Null, with an error, when you see no such series.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: recurrences.recurrence,
  }),
  recurrences: t.connection(
    {
      type: Recurrence,
      description: 'The series you see, the newest first. Pages of 50, at most 200.',
      args: { filter: t.arg({ type: RecurrenceFilter, description: 'Which of them.' }) },
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: recurrences.recurrences,
    },
    { name: 'RecurrenceConnection', description: 'A page of series.' },
    { name: 'RecurrenceEdge', description: 'A series in a page.' },
  ),
  previewRecurrence: t.field({
    type: [Occurrence],
    description:
      'The first dates of a series that createRecurrence would make from the same input. Nothing is stored. The input is checked as createRecurrence checks it.',
    args: {
      input: t.arg({ type: CreateRecurrenceInput, required: true, description: 'The series.' }),
      first: t.arg.int({ description: 'How many dates, 1 to 100. The default is 10.' }),
    },
    complexity: ({ first }) => ({ field: 5, multiplier: first ?? 10 }),
    resolve: recurrences.previewRecurrence,
  }),
  previewRecurrenceUpdate: t.field({
    type: [Occurrence],
    description:
      'The dates of a series after updateRecurrence with the same input, beginning with the occurrence that the change counts from. Nothing is stored.',
    args: {
      input: t.arg({ type: UpdateRecurrenceInput, required: true, description: 'The changes.' }),
      first: t.arg.int({ description: 'How many dates, 1 to 100. The default is 10.' }),
    },
    complexity: ({ first }) => ({ field: 5, multiplier: first ?? 10 }),
    resolve: recurrences.previewRecurrenceUpdate,
  }),
  occurrences: t.connection(
    {
      type: Occurrence,
      nullable: true,
      description:
        'The dates of a series that have no task yet, as they will come; none when it is over. Nothing is stored. Reads forward only. Null, with an error, when you see no such series.',
      args: { id: t.arg.id({ required: true, description: 'The series.' }) },
      complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
      resolve: recurrences.occurrences,
    },
    { name: 'OccurrenceConnection', description: 'A page of dates.' },
    { name: 'OccurrenceEdge', description: 'A date in a page.' },
  ),
}));

function recurrencePayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; recurrence: RecurrenceRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      recurrence: t.expose('recurrence', { type: Recurrence, description: 'The series after the change.' }),
    }),
  });
}

function occurrencePayload(name: string, { description, task }: { description: string; task: string }) {
  return builder.objectRef<{ changeId: string; recurrence: RecurrenceRow; task: TaskRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      recurrence: t.expose('recurrence', { type: Recurrence, description: 'The series after the change.' }),
      task: t.expose('task', { type: Task, description: task }),
    }),
  });
}

builder.mutationFields((t) => {
  const target = {
    id: t.arg.id({ required: true, description: 'The series.' }),
    ...expectedVersion,
    ...idempotencyKey,
  };
  return {
    createRecurrence: t.field({
      type: recurrencePayload('CreateRecurrencePayload', 'The series that was made.'),
      description: 'Makes a series of a task. INVALID_INPUT when its rule is wrong or never occurs.',
      args: {
        input: t.arg({ type: CreateRecurrenceInput, required: true, description: 'The series.' }),
        ...idempotencyKey,
      },
      resolve: recurrences.createRecurrence,
    }),
    updateRecurrence: t.field({
      type: recurrencePayload('UpdateRecurrencePayload', 'The series that was changed.'),
      description:
        'Changes a series: the occurrences that scope names, and those that it makes later. Completed occurrences stay as they are. CONFLICT when the series is over.',
      args: {
        input: t.arg({ type: UpdateRecurrenceInput, required: true, description: 'The changes.' }),
        ...idempotencyKey,
      },
      resolve: recurrences.updateRecurrence,
    }),
    pauseRecurrence: t.field({
      type: recurrencePayload('PauseRecurrencePayload', 'The series that was paused.'),
      description: 'Has a series make no occurrences until it is resumed. CONFLICT when it is not active.',
      args: target,
      resolve: recurrences.pauseRecurrence,
    }),
    resumeRecurrence: t.field({
      type: recurrencePayload('ResumeRecurrencePayload', 'The series that goes on.'),
      description:
        'Goes on with a paused series: as many occurrences as it keeps are open again. Dates that passed meanwhile are left out.',
      args: target,
      resolve: recurrences.resumeRecurrence,
    }),
    cancelRecurrence: t.field({
      type: recurrencePayload('CancelRecurrencePayload', 'The series that was ended.'),
      description: 'Ends a series; its open occurrences stay. CONFLICT when it is over.',
      args: target,
      resolve: recurrences.cancelRecurrence,
    }),
    deleteRecurrence: t.field({
      type: builder
        .objectRef<{ changeId: string; recurrence: RecurrenceRow; tasks: TaskRow[] }>('DeleteRecurrencePayload')
        .implement({
          description: 'The series that was deleted.',
          interfaces: [ChangePayload],
          fields: (payload) => ({
            recurrence: payload.expose('recurrence', { type: Recurrence, description: 'The series, now CANCELLED.' }),
            tasks: payload.expose('tasks', {
              type: [Task],
              description: 'The occurrences that were moved to the trash.',
            }),
          }),
        }),
      description:
        'Ends a series and moves its open occurrences to the trash. Completed occurrences stay. To end a series and keep its open occurrences, use cancelRecurrence.',
      args: target,
      resolve: recurrences.deleteRecurrence,
    }),
    skipOccurrence: t.field({
      type: occurrencePayload('SkipOccurrencePayload', {
        description: 'The occurrence that was passed over.',
        task: 'The occurrence, in the trash.',
      }),
      description: 'Puts an open occurrence into the trash; its series gets the next one.',
      args: { taskId: t.arg.id({ required: true, description: 'The occurrence.' }), ...idempotencyKey },
      resolve: recurrences.skipOccurrence,
    }),
    generateNextOccurrence: t.field({
      type: occurrencePayload('GenerateNextOccurrencePayload', {
        description: 'The occurrence that was made.',
        task: 'The occurrence.',
      }),
      description: 'Makes one more occurrence of an active series, ahead of its time. CONFLICT when no date is left.',
      args: target,
      resolve: recurrences.generateNextOccurrence,
    }),
  };
});
