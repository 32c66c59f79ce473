import type { Task as TaskRow } from '../../generated/prisma/client.ts';
import { Priority, TaskStatus } from '../../generated/prisma/enums.ts';
import { optionalUserIn, userIn } from '../../resolvers/call.ts';
import * as tasks from '../../resolvers/tasks/tasks.ts';
import { builder } from '../builder.ts';
import { User } from '../members/users.ts';
import { reads } from '../selected-columns.ts';

export const TaskStatusType = builder.enumType(TaskStatus, {
  name: 'TaskStatus',
  description: 'Whether a task is open or done.',
  values: {
    ACTIVE: { description: 'The task is open: it still has to be done.' },
    COMPLETED: { description: 'The task is done.' },
  },
});

export const PriorityType = builder.enumType(Priority, {
  name: 'Priority',
  description: 'The priority of a task, from LOW to URGENT.',
  values: {
    LOW: { description: 'Less important than most tasks.' },
    MEDIUM: { description: 'The default priority.' },
    HIGH: { description: 'More important than most tasks.' },
    URGENT: { description: 'More important than all other tasks.' },
  },
});

const TaskDue = builder.objectRef<tasks.TaskDueShape>('TaskDue').implement({
  permission: 'task:read',
  description: 'The due date or due time of a task. Exactly one of `date` and `at` is set.',
  fields: (t) => ({
    date: t.expose('date', {
      type: 'Date',
      nullable: true,
      description: 'The day on which the task is due. Null if it is due at a time of day.',
    }),
    at: t.expose('at', {
      type: 'DateTime',
      nullable: true,
      description: 'The instant at which the task is due. Null if it is due on a whole day.',
    }),
    timeZone: t.exposeString('timeZone', {
      description:
        'The IANA name of the time zone in which the due date or time was chosen, such as `Europe/Berlin`. A task that is due on a day becomes overdue when the day ends in this time zone.',
    }),
  }),
});

export const Task = builder.prismaNode('Task', {
  permission: 'task:read',
  description:
    'A task. If it belongs to a project, everybody who can see the project can see it. Otherwise, only its creator and its assignee can see it.',
  id: { field: 'id', description: 'The global id of the task.' },
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The title, 1 to 500 characters.' }),
    notes: t.exposeString('notes', {
      nullable: true,
      description: 'Notes about the task, in Markdown. Null if there are none.',
    }),
    status: t.expose('status', {
      type: TaskStatusType,
      description: 'Whether the task is open or done. A task in the trash keeps its status.',
    }),
    priority: t.expose('priority', { type: PriorityType, description: 'The priority.' }),
    tags: t.exposeStringList('tags', { description: 'The tags, in lower case. At most 20.' }),
    due: t.field({
      type: TaskDue,
      nullable: true,
      description: 'The due date or due time. Null if the task has none.',
      ...reads<TaskRow>('dueAt', 'dueDate', 'dueTimeZone'),
      resolve: tasks.due,
    }),
    isOverdue: t.boolean({
      description: 'Whether the task is open and its due date or time has passed.',
      ...reads<TaskRow>('status', 'dueAt'),
      resolve: tasks.isOverdue,
    }),
    creator: t.field({
      type: User,
      description: 'The user who created the task.',
      ...reads<TaskRow>('creatorId'),
      resolve: userIn('creatorId'),
    }),
    assignee: t.field({
      type: User,
      nullable: true,
      description: 'The user who is responsible for the task. Null if nobody is assigned.',
      ...reads<TaskRow>('assigneeId'),
      resolve: optionalUserIn('assigneeId'),
    }),
    version: t.exposeInt('version', {
      description:
        'The version of the task, which increases with every change. Pass it as `expectedVersion` to avoid overwriting the changes of others.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the task was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the task was last changed.' }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the task was completed. Null if it is open.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the task was moved to the trash. Null if it is not in the trash.',
    }),
  }),
});
