import type { ComingDate } from '../domain/recurrences/preview-occurrences.ts';
import {
  MissedPolicy,
  MonthEndPolicy,
  RecurrenceBasis,
  RecurrencePreset,
  RecurrenceStatus,
} from '../generated/prisma/enums.ts';
import * as recurrences from '../resolvers/recurrences.ts';
import { builder } from './builder.ts';
import { PriorityType, Task } from './task-types.ts';
import { User } from './users.ts';

export const RecurrenceStatusType = builder.enumType(RecurrenceStatus, {
  name: 'RecurrenceStatus',
  description: 'Whether a series makes occurrences.',
  values: {
    ACTIVE: { description: 'It does.' },
    PAUSED: { description: 'Not until it is resumed.' },
    COMPLETED: { description: 'It has had its last one, and that is done.' },
    CANCELLED: { description: 'It was ended.' },
  },
});

export const RecurrencePresetType = builder.enumType(RecurrencePreset, {
  name: 'RecurrencePreset',
  description: 'How a rule is said.',
  values: {
    DAILY: { description: 'Every so many days.' },
    WEEKLY: { description: 'Every so many weeks, on the weekday of the first date.' },
    MONTHLY: { description: 'Every so many months, on the day of the first date.' },
    YEARLY: { description: 'Every so many years, on the first date’s day of the year.' },
    CUSTOM: { description: 'By a whole RRULE of RFC 5545.' },
  },
});

export const RecurrenceBasisType = builder.enumType(RecurrenceBasis, {
  name: 'RecurrenceBasis',
  description: 'What the next date counts from.',
  values: {
    SCHEDULE: { description: 'The dates: whenever one is done, the next stays where it is.' },
    COMPLETION: { description: 'The day the last one was done: every 3 days is 3 days after that.' },
  },
});

export const MissedPolicyType = builder.enumType(MissedPolicy, {
  name: 'MissedPolicy',
  description: 'What a date means that came while an occurrence was still open.',
  values: {
    ONE: { description: 'Nothing: when the open one is done, the next date after that moment follows.' },
    ALL: { description: 'Each date is an occurrence of its own.' },
    LATEST: { description: 'The open one moves to the newest date.' },
  },
});

export const MonthEndPolicyType = builder.enumType(MonthEndPolicy, {
  name: 'MonthEndPolicy',
  description: 'What the 31st means in a month of 30 days.',
  values: {
    SKIP: { description: 'The month is left out.' },
    CLAMP: { description: 'Its last day; a longer month has the 31st again.' },
  },
});

export const Recurrence = builder.prismaNode('Recurrence', {
  description:
    'A series: a task that comes again and again. In a project it is seen by those who see the project, otherwise by those who see one of its tasks.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => recurrences.findRecurrence(id, context),
  fields: (t) => ({
    status: t.expose('status', { type: RecurrenceStatusType, description: 'Whether it makes occurrences.' }),
    title: t.exposeString('title', { description: 'The title of further occurrences.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'The notes of further occurrences.' }),
    priority: t.expose('priority', { type: PriorityType, description: 'The priority of further occurrences.' }),
    tags: t.exposeStringList('tags', { description: 'The tags of further occurrences.' }),
    creator: t.field({ type: User, description: 'Who made it, and its tasks.', resolve: recurrences.creator }),
    assignee: t.field({
      type: User,
      nullable: true,
      description: 'Who is to do further occurrences.',
      resolve: recurrences.assignee,
    }),
    preset: t.expose('preset', { type: RecurrencePresetType, description: 'How its rule was said.' }),
    interval: t.int({ description: 'Every how many days, weeks, months or years.', resolve: recurrences.interval }),
    count: t.int({
      nullable: true,
      description: 'How many occurrences it has in all, the first included; null unless limited so.',
      resolve: recurrences.count,
    }),
    rule: t.exposeString('rule', { description: 'Its rule as an RRULE of RFC 5545, with its end.' }),
    start: t.exposeString('start', {
      description: 'What the rule counts from, on the wall clock: 2026-02-05T17:00:00, or 2026-02-05 for whole days.',
    }),
    startsOffRule: t.boolean({
      description:
        'Whether the first occurrence is on a date that the rule does not name. The first due always counts as the first occurrence; the rule decides those after it.',
      resolve: recurrences.startsOffRule,
    }),
    isAllDay: t.exposeBoolean('isAllDay', { description: 'Whether its dates are whole days.' }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA zone whose wall clock it keeps to.' }),
    basis: t.expose('basis', { type: RecurrenceBasisType, description: 'What the next date counts from.' }),
    missed: t.expose('missed', { type: MissedPolicyType, description: 'What a date that passed undone means.' }),
    monthEnd: t.expose('monthEnd', { type: MonthEndPolicyType, description: 'What a day that a month lacks means.' }),
    skipWeekends: t.exposeBoolean('skipWeekends', {
      description: 'Whether dates on a weekend move to Monday; several on one Monday are one.',
    }),
    generateAhead: t.exposeInt('generateAhead', {
      description: 'How many occurrences it keeps open beside the current one.',
    }),
    occurrenceCount: t.exposeInt('made', { description: 'How many occurrences there were.' }),
    openTasks: t.field({
      type: [Task],
      description: 'Its open occurrences that you see, the earliest first, at most 50.',
      complexity: { field: 1, multiplier: 5 },
      resolve: recurrences.openTasks,
    }),
    version: t.exposeInt('version', { description: 'Rises with every change; see expectedVersion.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

builder.prismaObjectField(Task, 'recurrence', (t) =>
  t.field({
    type: Recurrence,
    nullable: true,
    description: 'The series it is an occurrence of, if you see that.',
    resolve: recurrences.recurrenceOfTask,
  }),
);

export const Occurrence = builder.objectRef<ComingDate>('Occurrence').implement({
  description: 'A date of a series that is to come. Exactly one of date and at is set.',
  fields: (t) => ({
    date: t.field({ type: 'Date', nullable: true, description: 'The whole day.', resolve: recurrences.comingDate }),
    at: t.field({ type: 'DateTime', nullable: true, description: 'The instant.', resolve: recurrences.comingInstant }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA zone it is meant in.' }),
  }),
});
