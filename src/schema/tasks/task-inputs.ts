import { openReminders } from '../../domain/reminder-rules/input.ts';
import type { DuePeriod as DuePeriodName } from '../../domain/tasks/due-period.ts';
import type { TaskFilter as TaskFilterFields } from '../../domain/tasks/filter.ts';
import { notesLength, titleLength } from '../../domain/tasks/input.ts';
import type { TaskOrder as TaskOrderFields } from '../../domain/tasks/list-orders.ts';
import { searchLength } from '../../domain/tasks/words.ts';
import { builder } from '../builder.ts';
import { versionOf } from '../change.ts';
import { User } from '../members/users.ts';
import { Project } from '../projects/project-types.ts';
import { Recurrence } from '../recurrences/recurrence-types.ts';
import { ReminderInput } from '../reminders/reminder-inputs.ts';
import { PriorityType, Task, TaskStatusType } from './task-types.ts';

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
  description: 'The fields of a new task.',
  fields: (t) => ({
    title: t.string({ required: true, maxLength: titleLength, description: 'The title, 1 to 500 characters.' }),
    notes: t.string({
      maxLength: notesLength,
      description: 'Notes about the task, in Markdown. At most 20,000 characters.',
    }),
    priority: t.field({ type: PriorityType, description: 'The priority. MEDIUM by default.' }),
    due: t.field({ type: TaskDueInput, description: 'The due date or due time.' }),
    tags: t.stringList({
      description: 'The tags: at most 20, each at most 50 characters long. They are stored in lower case.',
    }),
    assigneeId: t.id({
      for: User,
      description:
        'The id of the user who is responsible for the task. The user must be a member of the tenant and, if the task belongs to a project, be able to see the project.',
    }),
    projectId: t.id({
      for: Project,
      description:
        'The id of the project that the task belongs to. Everybody who can see the project can see the task. The project must not be archived.',
    }),
    parentId: t.id({
      for: Task,
      description:
        'The id of the parent task, which makes the new task a subtask. The parent must be open, and tasks can be nested at most 5 levels deep. A subtask belongs to the project of its parent.',
    }),
    reminders: t.field({
      type: [ReminderInput],
      maxItems: openReminders,
      description:
        'The reminders to create for you. If omitted, your `defaultReminders` are used. Pass an empty list for no reminders.',
    }),
  }),
});

export const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'The changes to a task. Omitted fields are not changed; null clears a field.',
  fields: (t) => ({
    id: t.id({ for: Task, required: true, description: 'The id of the task.' }),
    ...versionOf(t, 'task'),
    title: t.string({ maxLength: titleLength, description: 'The title, 1 to 500 characters. It cannot be cleared.' }),
    notes: t.string({
      maxLength: notesLength,
      description: 'Notes about the task, in Markdown. At most 20,000 characters.',
    }),
    priority: t.field({ type: PriorityType, description: 'The priority. Null sets it to MEDIUM.' }),
    due: t.field({ type: TaskDueInput, description: 'The due date or due time.' }),
    tags: t.stringList({ description: 'All tags of the task. They replace its current tags.' }),
    assigneeId: t.id({
      for: User,
      description: 'The id of the user who is responsible for the task. Null removes the assignee.',
    }),
    projectId: t.id({
      for: Project,
      description:
        'The id of the project to move the task and its subtasks to. Null takes them out of their project; then only the creator and the assignee of each task can see it.',
    }),
    parentId: t.id({
      for: Task,
      description:
        'The id of the parent task. The task is moved to the project of its parent. Null makes it a task of its own.',
    }),
  }),
});

const duePeriods = {
  OVERDUE: { description: 'The task is open and its due date or time has passed.' },
  TODAY: { description: 'The task is due today, even if the time has already passed.' },
  TOMORROW: { description: 'The task is due tomorrow.' },
  NEXT_7_DAYS: { description: 'The task is due today or on one of the following six days.' },
} satisfies Record<DuePeriodName, { description: string }>;

const DuePeriod = builder.enumType('DuePeriod', {
  description:
    'A period in which tasks are due, in days of your time zone. A task with a due time belongs to the day of that time. A task that is due on a whole day belongs to the day in your time zone on which that day ends in its own time zone.',
  values: duePeriods,
});

export const TaskFilter = builder.inputRef<TaskFilterFields>('TaskFilter').implement({
  description:
    'Conditions for tasks. A task matches if all given conditions hold, including those in `and`, `or` and `not`. A filter can be nested at most 5 levels deep and have at most 50 conditions.',
  fields: (t) => ({
    status: t.field({ type: TaskStatusType, description: 'The task has this status.' }),
    priorities: t.field({ type: [PriorityType], description: 'The task has one of these priorities.' }),
    tags: t.stringList({ description: 'The task has all of these tags.' }),
    assigneeId: t.id({ for: User, description: 'The task is assigned to the user with this id.' }),
    creatorId: t.id({ for: User, description: 'The task was created by the user with this id.' }),
    projectId: t.id({ for: Project, description: 'The task belongs to the project with this id.' }),
    hasProject: t.boolean({ description: 'Whether the task belongs to a project.' }),
    parentId: t.id({ for: Task, description: 'The task is a direct subtask of the task with this id.' }),
    isSubtask: t.boolean({ description: 'Whether the task is a subtask.' }),
    recurrenceId: t.id({ for: Recurrence, description: 'The task is an occurrence of the recurrence with this id.' }),
    hasDue: t.boolean({ description: 'Whether the task has a due date or due time.' }),
    due: t.field({ type: DuePeriod, description: 'The task is due in this period.' }),
    dueFrom: t.field({
      type: 'DateTime',
      description:
        'The task is due at this instant or later. A task that is due on a whole day counts as due at the end of the day.',
    }),
    dueBefore: t.field({
      type: 'DateTime',
      description:
        'The task is due before this instant. A task that is due on a whole day counts as due at the end of the day.',
    }),
    isOverdue: t.boolean({ description: 'Whether the task is open and its due date or time has passed.' }),
    text: t.string({
      maxLength: searchLength,
      description:
        'Full-text search. Each word of the text must be the beginning of a word in the title, the notes or a comment. Case, accents and apostrophes are ignored. An emoji counts as a word, and so do `C#` and `C++`. A text without a letter, digit or emoji, or with more than 1,000 characters or 100 different words, is INVALID_INPUT. It cannot be used in subscriptions, because live changes do not include comments.',
    }),
    isDeleted: t.boolean({
      description:
        'Whether the task is in the trash. If this condition appears nowhere in a filter, tasks in the trash do not match.',
    }),
    and: t.field({ type: [TaskFilter], description: 'All of these filters match.' }),
    or: t.field({ type: [TaskFilter], description: 'At least one of these filters matches.' }),
    not: t.field({ type: TaskFilter, description: 'This filter does not match.' }),
  }),
});

const orderFields = {
  CREATED: { description: 'Order by the time of creation.' },
  UPDATED: { description: 'Order by the time of the last change.' },
  DUE: { description: 'Order by due date or time. Tasks without one come last in both directions.' },
  PRIORITY: { description: 'Order by priority. LOW is the lowest.' },
  RELEVANCE: {
    description:
      'Order by how well a task matches `filter.text`, which is required. The best match comes first in both directions. Matches in the title count most, then those in the notes, then those in comments.',
  },
} satisfies Record<TaskOrderFields['field'], { description: string }>;

const TaskOrderField = builder.enumType('TaskOrderField', {
  description: 'The fields by which tasks can be ordered.',
  values: orderFields,
});

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'The direction in which a list is ordered.',
  values: {
    ASC: { description: 'Ascending order: the lowest value first.' },
    DESC: { description: 'Descending order: the highest value first.' },
  },
});

export const TaskOrder = builder.inputType('TaskOrder', {
  description: 'The order of a list of tasks.',
  fields: (t) => ({
    field: t.field({ type: TaskOrderField, required: true, description: 'The field to order by.' }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      defaultValue: 'ASC',
      description: 'The direction of the order.',
    }),
  }),
});
