import { Priority, TaskStatus } from '../generated/prisma/enums.ts';
import * as tasks from '../resolvers/tasks.ts';
import { builder } from './builder.ts';
import { User } from './users.ts';

export const TaskStatusType = builder.enumType(TaskStatus, {
  name: 'TaskStatus',
  description: 'Whether a task is still to be done.',
  values: { ACTIVE: { description: 'To be done.' }, COMPLETED: { description: 'Done.' } },
});

export const PriorityType = builder.enumType(Priority, {
  name: 'Priority',
  description: 'How much a task matters; MEDIUM unless said.',
  values: {
    LOW: { description: 'When there is time.' },
    MEDIUM: { description: 'The default.' },
    HIGH: { description: 'Before others.' },
    URGENT: { description: 'Before all others.' },
  },
});

export const TaskDue = builder.objectRef<tasks.TaskDueShape>('TaskDue').implement({
  description: 'When a task is due: a whole day, or a time. Exactly one of date and at is set.',
  fields: (t) => ({
    date: t.expose('date', { type: 'Date', nullable: true, description: 'The whole day it is due on.' }),
    at: t.expose('at', { type: 'DateTime', nullable: true, description: 'The instant it is due at.' }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA zone it was meant in.' }),
  }),
});

export const Task = builder.prismaNode('Task', {
  description:
    'Something to be done. In a project it is seen by those who see the project, otherwise by who made it and by who is assigned to it.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => tasks.findTask(id, context),
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What is to be done, 1 to 500 characters.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'More about it, in Markdown.' }),
    status: t.expose('status', { type: TaskStatusType, description: 'Whether it is done.' }),
    priority: t.expose('priority', { type: PriorityType, description: 'How much it matters.' }),
    tags: t.exposeStringList('tags', { description: 'Its tags in lower case, at most 20.' }),
    due: t.field({ type: TaskDue, nullable: true, description: 'When it is due.', resolve: tasks.due }),
    isOverdue: t.boolean({ description: 'Whether it is active and its due has passed.', resolve: tasks.isOverdue }),
    creator: t.field({ type: User, description: 'Who made it.', resolve: tasks.creator }),
    assignee: t.field({ type: User, nullable: true, description: 'Who is to do it.', resolve: tasks.assignee }),
    version: t.exposeInt('version', { description: 'Rises with every change; see expectedVersion.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    completedAt: t.expose('completedAt', { type: 'DateTime', nullable: true, description: 'When it was completed.' }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was put into the trash.',
    }),
  }),
});
