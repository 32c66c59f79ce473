import type { DuePeriod as DuePeriodName } from '../domain/tasks/due-period.ts';
import type { TaskFilter as TaskFilterFields } from '../domain/tasks/filter.ts';
import type { TaskOrder as TaskOrderFields } from '../domain/tasks/list-orders.ts';
import { builder } from './builder.ts';
import { ReminderInput } from './reminder-inputs.ts';
import { PriorityType, TaskStatusType } from './task-types.ts';

const DateInZoneInput = builder.inputType('DateInZoneInput', {
  description: 'A calendar day in a time zone.',
  fields: (t) => ({
    date: t.field({ type: 'Date', required: true, description: 'The day.' }),
    timeZone: t.string({ required: true, description: 'The IANA name of the time zone, such as `Europe/Berlin`.' }),
  }),
});

const DateTimeInZoneInput = builder.inputType('DateTimeInZoneInput', {
  description: 'An instant, and the time zone whose local time it was chosen in.',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', required: true, description: 'The instant.' }),
    timeZone: t.string({ required: true, description: 'The IANA name of the time zone, such as `Europe/Berlin`.' }),
  }),
});

export const TaskDueInput = builder.inputType('TaskDueInput', {
  description:
    'The due date or due time of a task. The time zone decides when a whole day ends, and the local time that a repeating task keeps when clocks change.',
  isOneOf: true,
  fields: (t) => ({
    date: t.field({ type: 'Date', description: 'The task is due on this day, in your time zone.' }),
    at: t.field({ type: 'DateTime', description: 'The task is due at this instant; its time zone is yours.' }),
    dateInZone: t.field({ type: DateInZoneInput, description: 'The task is due on this day in the given time zone.' }),
    atInZone: t.field({
      type: DateTimeInZoneInput,
      description: 'The task is due at this instant; its time zone is the given one.',
    }),
  }),
});

export const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'A task to be made.',
  fields: (t) => ({
    title: t.string({ required: true, description: 'What is to be done, 1 to 500 characters.' }),
    notes: t.string({ description: 'More about it, in Markdown, at most 20,000 characters.' }),
    priority: t.field({ type: PriorityType, description: 'MEDIUM unless given.' }),
    due: t.field({ type: TaskDueInput, description: 'When it is due.' }),
    tags: t.stringList({ description: 'At most 20, of at most 50 characters; kept in lower case.' }),
    assigneeId: t.id({ description: 'The user who is to do it, a member of this tenant.' }),
    projectId: t.id({ description: 'The project it belongs to. Those who see the project see the task.' }),
    parentId: t.id({
      description:
        'The active task it is a part of, at most 5 levels deep in all. A subtask is in the project of its parent.',
    }),
    reminders: t.field({
      type: [ReminderInput],
      description: 'The reminders to you; your defaultReminders unless given, none when empty.',
    }),
  }),
});

export const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'Changes to a task: an omitted field stays, null clears it.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The task.' }),
    expectedVersion: t.int({ description: 'Refuse with PRECONDITION_FAILED unless it is at this version.' }),
    title: t.string({ description: 'What is to be done; it cannot be cleared.' }),
    notes: t.string({ description: 'More about it, in Markdown.' }),
    priority: t.field({ type: PriorityType, description: 'Cleared, it is MEDIUM.' }),
    due: t.field({ type: TaskDueInput, description: 'When it is due.' }),
    tags: t.stringList({ description: 'All its tags.' }),
    assigneeId: t.id({ description: 'The user who is to do it.' }),
    projectId: t.id({
      description:
        'The project it belongs to; cleared, it is seen by who made it and who is to do it. Its subtasks go along.',
    }),
    parentId: t.id({ description: 'The task it is a part of. It comes into the project of its parent.' }),
  }),
});

const duePeriods = {
  OVERDUE: { description: 'It is active and its due has passed.' },
  TODAY: { description: 'It falls due today, also if that has passed already.' },
  TOMORROW: { description: 'It falls due tomorrow.' },
  NEXT_7_DAYS: { description: 'It falls due today or on one of the six days after.' },
} satisfies Record<DuePeriodName, { description: string }>;

const DuePeriod = builder.enumType('DuePeriod', {
  description:
    'When a task falls due, in days of your time zone. A time does so on the day it is in; a whole day at its end, so one of your zone does on that day.',
  values: duePeriods,
});

export const TaskFilter = builder.inputRef<TaskFilterFields>('TaskFilter').implement({
  description:
    'Which tasks are meant: all that is given must hold, and, or and not included. At most 5 levels and 50 conditions.',
  fields: (t) => ({
    status: t.field({ type: TaskStatusType, description: 'Of this status.' }),
    priorities: t.field({ type: [PriorityType], description: 'Of one of these priorities.' }),
    tags: t.stringList({ description: 'With all of these tags.' }),
    assigneeId: t.id({ description: 'Assigned to this user.' }),
    creatorId: t.id({ description: 'Made by this user.' }),
    projectId: t.id({ description: 'In this project.' }),
    hasProject: t.boolean({ description: 'Whether it is in a project.' }),
    parentId: t.id({ description: 'A subtask of this task.' }),
    isSubtask: t.boolean({ description: 'Whether it is a subtask.' }),
    recurrenceId: t.id({ description: 'An occurrence of this series.' }),
    hasDue: t.boolean({ description: 'Whether it has a due.' }),
    due: t.field({ type: DuePeriod, description: 'Falling due in this period.' }),
    dueFrom: t.field({ type: 'DateTime', description: 'Due at this instant or later.' }),
    dueBefore: t.field({ type: 'DateTime', description: 'Due before this instant.' }),
    isOverdue: t.boolean({ description: 'Whether it is active and its due has passed.' }),
    text: t.string({
      description:
        'Tasks in which every word of this text (of the first 20) begins a word of the title, the notes or a comment. Case, accents and apostrophes do not matter; an emoji is a word, and so are C# and C++. A text without a letter, digit or emoji is INVALID_INPUT. Not for subscriptions: live changes do not carry the comments.',
    }),
    isDeleted: t.boolean({
      description:
        'Whether it is in the trash. Unless this is given anywhere in a filter, tasks in the trash are left out.',
    }),
    and: t.field({ type: [TaskFilter], description: 'All of these hold.' }),
    or: t.field({ type: [TaskFilter], description: 'At least one of these holds.' }),
    not: t.field({ type: TaskFilter, description: 'This does not hold.' }),
  }),
});

const orderFields = {
  CREATED: { description: 'When it was made.' },
  UPDATED: { description: 'When it was last changed.' },
  DUE: { description: 'When it is due; tasks without a due come last either way.' },
  PRIORITY: { description: 'How much it matters.' },
  RELEVANCE: {
    description:
      'How well it matches filter.text, which must be given: the best first, whichever direction is given. Words count most in the title, then in the notes, then in comments.',
  },
} satisfies Record<TaskOrderFields['field'], { description: string }>;

const TaskOrderField = builder.enumType('TaskOrderField', {
  description: 'What tasks can be ordered by.',
  values: orderFields,
});

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list is ordered.',
  values: { ASC: { description: 'The smallest first.' }, DESC: { description: 'The greatest first.' } },
});

export const TaskOrder = builder.inputType('TaskOrder', {
  description: 'How a list of tasks is ordered.',
  fields: (t) => ({
    field: t.field({ type: TaskOrderField, required: true, description: 'By what.' }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC', description: 'Which way.' }),
  }),
});
