import type { RecurrenceScope } from '../../domain/recurrences/input.ts';
import { ruleLength } from '../../domain/rrule/rule.ts';
import { notesLength, titleLength } from '../../domain/tasks/input.ts';
import type { InputFields } from '../builder.ts';
import { builder } from '../builder.ts';
import { versionOf } from '../change.ts';
import { User } from '../members/users.ts';
import { Project } from '../projects/project-types.ts';
import { CreateTaskInput, TaskDueInput } from '../tasks/task-inputs.ts';
import { PriorityType, Task } from '../tasks/task-types.ts';
import {
  MissedPolicyType,
  MonthEndPolicyType,
  Recurrence,
  RecurrenceBasisType,
  RecurrencePresetType,
  RecurrenceStatusType,
} from './recurrence-types.ts';

const units = {
  DAY: { description: 'Days.' },
  WEEK: { description: 'Weeks, on the weekday of the first occurrence.' },
  MONTH: { description: 'Months, on the day of the month of the first occurrence.' },
  YEAR: { description: 'Years, on the month and day of the first occurrence.' },
} as const;

const RecurrenceUnit = builder.enumType('RecurrenceUnit', {
  description: 'The unit of the interval between two dates of a recurrence.',
  values: units,
});

const RecurrenceIntervalInput = builder.inputType('RecurrenceIntervalInput', {
  description: 'An interval between two dates, such as every 2 weeks.',
  fields: (t) => ({
    unit: t.field({ type: RecurrenceUnit, required: true, description: 'The unit of the interval.' }),
    interval: t.int({
      required: true,
      defaultValue: 1,
      description: 'The number of units between two dates, from 1 to 365.',
    }),
  }),
});

const RecurrenceRuleInput = builder.inputType('RecurrenceRuleInput', {
  description: 'The rule that determines the dates of a recurrence.',
  isOneOf: true,
  fields: (t) => ({
    every: t.field({ type: RecurrenceIntervalInput, description: 'The task repeats at this interval.' }),
    rrule: t.string({
      maxLength: ruleLength,
      description:
        'The task repeats by this RRULE of RFC 5545, such as `FREQ=MONTHLY;BYDAY=-1FR`. The smallest frequency is HOURLY.',
    }),
  }),
});

const RecurrenceEndInput = builder.inputType('RecurrenceEndInput', {
  description: 'The end of a recurrence.',
  isOneOf: true,
  fields: (t) => ({
    until: t.field({ type: 'Date', description: 'The last day on which there can be an occurrence.' }),
    count: t.int({ description: 'The total number of occurrences, including the first one, from 1 to 10,000.' }),
  }),
});

const FirstOccurrenceInput = builder.inputType('FirstOccurrenceInput', {
  description: 'The task that becomes the first occurrence of a recurrence.',
  isOneOf: true,
  fields: (t) => ({
    taskId: t.id({ for: Task, description: 'The id of an existing task.' }),
    task: t.field({ type: CreateTaskInput, description: 'A new task.' }),
  }),
});

/** The rule and the end, in each input that determines the dates of a recurrence. */
function ruleFields(t: InputFields, { repeat, end }: { repeat: string; end: string }) {
  const instead = { rule: { deprecationReason: 'Use `repeat`.' }, end: { deprecationReason: 'Use `end`.' } };
  return {
    repeat: t.field({ type: RecurrenceRuleInput, description: repeat }),
    end: t.field({ type: RecurrenceEndInput, description: end }),
    preset: t.field({
      type: RecurrencePresetType,
      description: 'The form in which the rule is given.',
      ...instead.rule,
    }),
    interval: t.int({
      description:
        'The number of days, weeks, months or years between two dates, from 1 to 365. Not allowed for CUSTOM.',
      ...instead.rule,
    }),
    rule: t.string({
      maxLength: ruleLength,
      description: 'An RRULE of RFC 5545. Required for CUSTOM and not allowed for other presets.',
      ...instead.rule,
    }),
    until: t.field({
      type: 'Date',
      description: 'The last day on which there can be an occurrence. It cannot be combined with `count`.',
      ...instead.end,
    }),
    count: t.int({
      description: 'The total number of occurrences, including the first one. It cannot be combined with `until`.',
      ...instead.end,
    }),
  };
}

export const CreateRecurrenceInput = builder.inputType('CreateRecurrenceInput', {
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
      for: Task,
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
    timeZone: t.string({ description: 'The IANA name of the time zone whose local time the recurrence keeps.' }),
    basis: t.field({
      type: RecurrenceBasisType,
      description: 'What the date of the next occurrence is calculated from.',
    }),
    monthEnd: t.field({
      type: MonthEndPolicyType,
      description: 'What happens in a month that does not have the day of the rule.',
    }),
    skipWeekends: t.boolean({ description: 'Whether dates on a Saturday or Sunday are moved to Monday.' }),
  };
}

export const UpdateRecurrenceInput = builder.inputType('UpdateRecurrenceInput', {
  description:
    'The changes to a recurrence. Omitted fields are not changed; null clears a field. Fields that tasks have too are also changed in the open occurrences that `scope` selects.',
  fields: (t) => ({
    id: t.id({ for: Recurrence, required: true, description: 'The id of the recurrence.' }),
    ...versionOf(t, 'recurrence'),
    scope: t.field({
      type: RecurrenceScopeType,
      description: 'The occurrences that the change applies to. THIS_AND_FOLLOWING by default.',
    }),
    taskId: t.id({
      for: Task,
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
    title: t.string({ maxLength: titleLength, description: 'The title, 1 to 500 characters. It cannot be cleared.' }),
    notes: t.string({
      maxLength: notesLength,
      description: 'Notes about the task, in Markdown. At most 20,000 characters.',
    }),
    priority: t.field({ type: PriorityType, description: 'The priority. Null sets it to MEDIUM.' }),
    tags: t.stringList({ description: 'All tags. They replace the current tags.' }),
    assigneeId: t.id({
      for: User,
      description: 'The id of the user who is responsible for the task. Null removes the assignee.',
    }),
    projectId: t.id({
      for: Project,
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

export const PreviewRecurrenceInput = builder.inputType('PreviewRecurrenceInput', {
  description: 'The fields that determine the dates of a recurrence that `createRecurrence` would create.',
  fields: (t) => ({
    taskId: t.id({
      for: Task,
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

export const PreviewRecurrenceUpdateInput = builder.inputType('PreviewRecurrenceUpdateInput', {
  description:
    'The fields that determine the dates of a recurrence after `updateRecurrence`. Omitted fields are not changed.',
  fields: (t) => ({
    id: t.id({ for: Recurrence, required: true, description: 'The id of the recurrence.' }),
    scope: t.field({
      type: RecurrenceScopeType,
      description:
        'THIS_AND_FOLLOWING, the default, or ALL. THIS is refused: it does not change the dates of the recurrence.',
    }),
    taskId: t.id({
      for: Task,
      description:
        'The id of the open occurrence that the change starts from. The earliest open occurrence by default.',
    }),
    due: t.field({ type: TaskDueInput, description: 'The new due date of that occurrence.' }),
    ...ruleFields(t, { repeat: 'A new rule.', end: 'A new end. Null removes the end.' }),
    ...dateFields(t),
  }),
});

export const RecurrenceFilter = builder.inputType('RecurrenceFilter', {
  description: 'Conditions for recurrences. A recurrence matches if all given conditions hold.',
  fields: (t) => ({
    statuses: t.field({ type: [RecurrenceStatusType], description: 'The recurrence has one of these statuses.' }),
    taskId: t.id({ for: Task, description: 'The task with this id is an occurrence of the recurrence.' }),
  }),
});
