import type { ComingDate } from '../../domain/recurrences/preview-occurrences.ts';
import {
  MissedPolicy,
  MonthEndPolicy,
  RecurrenceBasis,
  RecurrencePreset,
  RecurrenceStatus,
} from '../../generated/prisma/enums.ts';
import { optionalUserIn, userIn } from '../../resolvers/call.ts';
import * as recurrences from '../../resolvers/recurrences/recurrences.ts';
import { builder } from '../builder.ts';
import { User } from '../members/users.ts';
import { PriorityType, Task } from '../tasks/task-types.ts';

export const RecurrenceStatusType = builder.enumType(RecurrenceStatus, {
  name: 'RecurrenceStatus',
  description: 'The status of a recurrence.',
  values: {
    ACTIVE: { description: 'The recurrence creates occurrences.' },
    PAUSED: { description: 'The recurrence creates no occurrences until it is resumed.' },
    COMPLETED: { description: 'The last occurrence is completed, and no more will be created.' },
    CANCELLED: { description: 'The recurrence was cancelled or deleted. It creates no more occurrences.' },
  },
});

export const RecurrencePresetType = builder.enumType(RecurrencePreset, {
  name: 'RecurrencePreset',
  description: 'The form in which the rule of a recurrence is given.',
  values: {
    DAILY: { description: 'Every `interval` days.' },
    WEEKLY: { description: 'Every `interval` weeks, on the weekday of the first occurrence.' },
    MONTHLY: { description: 'Every `interval` months, on the day of the month of the first occurrence.' },
    YEARLY: { description: 'Every `interval` years, on the month and day of the first occurrence.' },
    CUSTOM: { description: 'By a recurrence rule (RRULE) of RFC 5545, given as `rule`.' },
  },
});

export const RecurrenceBasisType = builder.enumType(RecurrenceBasis, {
  name: 'RecurrenceBasis',
  description: 'What the date of the next occurrence is calculated from.',
  values: {
    SCHEDULE: { description: 'From the schedule. The next date does not depend on when an occurrence is completed.' },
    COMPLETION: {
      description:
        'From the day on which the previous occurrence was completed: every 3 days means 3 days after that day.',
    },
  },
});

export const MissedPolicyType = builder.enumType(MissedPolicy, {
  name: 'MissedPolicy',
  description: 'What happens when the next date is reached while an occurrence is still open.',
  values: {
    ONE: {
      description:
        'No occurrence is created. When the open occurrence is completed, the next one is created for the first date after that.',
    },
    ALL: {
      description: 'An occurrence is created for each date, so several can be open. At most 100 are created at once.',
    },
    LATEST: { description: 'The open occurrence is moved to the latest date.' },
  },
});

export const MonthEndPolicyType = builder.enumType(MonthEndPolicy, {
  name: 'MonthEndPolicy',
  description: 'What happens in a month that does not have the day of the rule, such as the 31st.',
  values: {
    SKIP: { description: 'The month is skipped.' },
    CLAMP: { description: 'The last day of the month is used. Longer months use the day of the rule again.' },
  },
});

export const Recurrence = builder.prismaNode('Recurrence', {
  permission: 'task:read',
  description:
    'A recurrence: a task that repeats by a rule. Each repetition is a task of its own, called an occurrence. If the recurrence belongs to a project, everybody who can see the project can see it; otherwise, everybody who can see one of its tasks can.',
  id: { field: 'id', description: 'The global id of the recurrence.' },
  fields: (t) => ({
    status: t.expose('status', { type: RecurrenceStatusType, description: 'The status.' }),
    title: t.exposeString('title', { description: 'The title of further occurrences.' }),
    notes: t.exposeString('notes', {
      nullable: true,
      description: 'The notes of further occurrences, in Markdown. Null if there are none.',
    }),
    priority: t.expose('priority', { type: PriorityType, description: 'The priority of further occurrences.' }),
    tags: t.exposeStringList('tags', { description: 'The tags of further occurrences.' }),
    creator: t.field({
      type: User,
      description: 'The user who created the recurrence. This user is also the creator of its tasks.',
      resolve: userIn('creatorId'),
    }),
    assignee: t.field({
      type: User,
      nullable: true,
      description: 'The user who is responsible for further occurrences. Null if nobody is assigned.',
      resolve: optionalUserIn('assigneeId'),
    }),
    preset: t.expose('preset', { type: RecurrencePresetType, description: 'The form in which the rule was given.' }),
    interval: t.int({
      description: 'The number of days, weeks, months or years between two dates.',
      resolve: recurrences.interval,
    }),
    count: t.int({
      nullable: true,
      description: 'The total number of occurrences, including the first one. Null if it is not limited by a number.',
      resolve: recurrences.count,
    }),
    rule: t.exposeString('rule', { description: 'The rule as an RRULE of RFC 5545, including its end.' }),
    start: t.exposeString('start', {
      description:
        'The local date or time that the rule starts from, such as `2026-02-05T17:00:00`, or `2026-02-05` if the occurrences are due on whole days.',
    }),
    startsOffRule: t.boolean({
      description:
        'Whether the first occurrence is on a date that the rule does not include. The due date of the first task always counts as the first occurrence; the rule determines the dates after it.',
      resolve: recurrences.startsOffRule,
    }),
    isAllDay: t.exposeBoolean('isAllDay', { description: 'Whether the occurrences are due on whole days.' }),
    timeZone: t.exposeString('timeZone', {
      description: 'The IANA name of the time zone whose local time the recurrence keeps, even when clocks change.',
    }),
    basis: t.expose('basis', {
      type: RecurrenceBasisType,
      description: 'What the date of the next occurrence is calculated from.',
    }),
    missed: t.expose('missed', {
      type: MissedPolicyType,
      description: 'What happens when the next date is reached while an occurrence is still open.',
    }),
    monthEnd: t.expose('monthEnd', {
      type: MonthEndPolicyType,
      description: 'What happens in a month that does not have the day of the rule.',
    }),
    skipWeekends: t.exposeBoolean('skipWeekends', {
      description:
        'Whether dates on a Saturday or Sunday are moved to Monday. Several dates on the same Monday become one occurrence.',
    }),
    generateAhead: t.exposeInt('generateAhead', {
      description: 'The number of occurrences that are created in advance, in addition to the current one.',
    }),
    occurrenceCount: t.exposeInt('made', { description: 'The number of occurrences created so far.' }),
    openTasks: t.field({
      type: [Task],
      description: 'The open occurrences that you can see, the earliest first. At most 50.',
      complexity: { field: 1, multiplier: 5 },
      resolve: recurrences.openTasks,
    }),
    version: t.exposeInt('version', {
      description:
        'The version of the recurrence, which increases with every change. Pass it as `expectedVersion` to avoid overwriting the changes of others.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the recurrence was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the recurrence was last changed.' }),
  }),
});

builder.prismaObjectField(Task, 'recurrence', (t) =>
  t.field({
    type: Recurrence,
    nullable: true,
    description: 'The recurrence that the task is an occurrence of. Null if there is none or you cannot see it.',
    resolve: recurrences.recurrenceOfTask,
  }),
);

export const Occurrence = builder.objectRef<ComingDate>('Occurrence').implement({
  permission: 'task:read',
  description: 'A future date of a recurrence. Exactly one of `date` and `at` is set.',
  fields: (t) => ({
    date: t.field({
      type: 'Date',
      nullable: true,
      description: 'The day, if the occurrence is due on a whole day. Otherwise null.',
      resolve: recurrences.comingDate,
    }),
    at: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The instant, if the occurrence is due at a time of day. Otherwise null.',
      resolve: recurrences.comingInstant,
    }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA name of the time zone of the recurrence.' }),
  }),
});
