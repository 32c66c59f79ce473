import { taskOrderFields } from '../domain/tasks/list-tasks.ts';
import type { TaskStreamItem } from '../domain/tasks/watch-tasks.ts';
import type { Task as TaskRow } from '../generated/prisma/client.ts';
import { Priority, TaskStatus } from '../generated/prisma/enums.ts';
import * as tasks from '../resolvers/tasks.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';
import { User } from './users.ts';

const TaskStatusType = builder.enumType(TaskStatus, {
  name: 'TaskStatus',
  description: 'Whether a task is still to be done.',
  values: { ACTIVE: { description: 'To be done.' }, COMPLETED: { description: 'Done.' } },
});

const PriorityType = builder.enumType(Priority, {
  name: 'Priority',
  description: 'How much a task matters; MEDIUM unless said.',
  values: {
    LOW: { description: 'When there is time.' },
    MEDIUM: { description: 'The default.' },
    HIGH: { description: 'Before others.' },
    URGENT: { description: 'Before all others.' },
  },
});

const TaskDue = builder.objectRef<tasks.TaskDueShape>('TaskDue').implement({
  description: 'When a task is due: a whole day, or a time. Exactly one of date and at is set.',
  fields: (t) => ({
    date: t.expose('date', { type: 'Date', nullable: true, description: 'The whole day it is due on.' }),
    at: t.expose('at', { type: 'DateTime', nullable: true, description: 'The instant it is due at.' }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA zone it was meant in.' }),
  }),
});

export const Task = builder.prismaNode('Task', {
  description: 'Something to be done. It is seen by who made it and by who is assigned to it.',
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

const TaskDueInput = builder.inputType('TaskDueInput', {
  description: 'When a task is due. Give either date or at.',
  fields: (t) => ({
    date: t.field({ type: 'Date', description: 'A whole day.' }),
    at: t.field({ type: 'DateTime', description: 'An instant.' }),
    timeZone: t.string({ description: 'The IANA zone it is meant in; yours unless given.' }),
  }),
});

const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'A task to be made.',
  fields: (t) => ({
    title: t.string({ required: true, description: 'What is to be done, 1 to 500 characters.' }),
    notes: t.string({ description: 'More about it, in Markdown, at most 20,000 characters.' }),
    priority: t.field({ type: PriorityType, description: 'MEDIUM unless given.' }),
    due: t.field({ type: TaskDueInput, description: 'When it is due.' }),
    tags: t.stringList({ description: 'At most 20, of at most 50 characters; kept in lower case.' }),
    assigneeId: t.id({ description: 'The user who is to do it, a member of this tenant.' }),
  }),
});

const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
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
  }),
});

const TaskFilter = builder.inputType('TaskFilter', {
  description: 'Which tasks are meant: all that is given must hold.',
  fields: (t) => ({
    status: t.field({ type: TaskStatusType, description: 'Of this status.' }),
    priorities: t.field({ type: [PriorityType], description: 'Of one of these priorities.' }),
    tags: t.stringList({ description: 'With all of these tags.' }),
    assigneeId: t.id({ description: 'Assigned to this user.' }),
    creatorId: t.id({ description: 'Made by this user.' }),
    dueFrom: t.field({ type: 'DateTime', description: 'Due at this instant or later.' }),
    dueBefore: t.field({ type: 'DateTime', description: 'Due before this instant.' }),
    isOverdue: t.boolean({ description: 'Whether it is active and its due has passed.' }),
    isDeleted: t.boolean({ description: 'True means the trash; otherwise tasks in the trash are left out.' }),
  }),
});

const TaskOrder = builder.inputType('TaskOrder', {
  description: 'How a list of tasks is ordered.',
  fields: (t) => ({
    field: t.field({
      required: true,
      description: 'By what.',
      type: builder.enumType('TaskOrderField', {
        description: 'What tasks can be ordered by.',
        values: Object.fromEntries(
          taskOrderFields.map((field) => [field, { description: orderDescription(field) }]),
        ) as Record<(typeof taskOrderFields)[number], { description: string }>,
      }),
    }),
    direction: t.field({ type: OrderDirection(), defaultValue: 'ASC', required: true, description: 'Which way.' }),
  }),
});

function OrderDirection() {
  return builder.enumType('OrderDirection', {
    description: 'Which way a list is ordered.',
    values: { ASC: { description: 'The smallest first.' }, DESC: { description: 'The greatest first.' } } as const,
  });
}

function orderDescription(field: (typeof taskOrderFields)[number]): string {
  const descriptions = {
    CREATED: 'When it was made.',
    UPDATED: 'When it was last changed.',
    DUE: 'When it is due; tasks without a due come last either way.',
    PRIORITY: 'How much it matters.',
  };
  return descriptions[field];
}

builder.queryFields((t) => ({
  task: t.field({
    type: Task,
    description: 'A task you see, also one in the trash.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: tasks.task,
  }),
  tasks: t.connection(
    {
      type: Task,
      description: 'The tasks you see, newest first unless ordered otherwise. Pages of 50, at most 200.',
      args: {
        filter: t.arg({ type: TaskFilter, description: 'Which of them.' }),
        orderBy: t.arg({ type: TaskOrder, description: 'In which order.' }),
      },
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: tasks.tasks,
    },
    {
      description: 'A page of tasks.',
      fields: (connection) => ({
        totalCount: connection.int({
          description: 'How many there are in all, counted up to 10,001: more than 10,000 means 10,000 or more.',
          resolve: tasks.totalCount,
        }),
      }),
    },
    { description: 'A task in a page.' },
  ),
}));

function taskPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; task: TaskRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({ task: t.expose('task', { type: Task, description: 'The task after the change.' }) }),
  });
}

builder.mutationFields((t) => {
  const target = { id: t.arg.id({ required: true, description: 'The task.' }), ...expectedVersion, ...idempotencyKey };
  return {
    createTask: t.field({
      type: taskPayload('CreateTaskPayload', 'The task that was made.'),
      description: 'Makes a task.',
      args: {
        input: t.arg({ type: CreateTaskInput, required: true, description: 'The task.' }),
        ...idempotencyKey,
      },
      resolve: tasks.createTask,
    }),
    updateTask: t.field({
      type: taskPayload('UpdateTaskPayload', 'The task that was changed.'),
      description: 'Changes what is given of a task.',
      args: {
        input: t.arg({ type: UpdateTaskInput, required: true, description: 'The changes.' }),
        ...idempotencyKey,
      },
      resolve: tasks.updateTask,
    }),
    completeTask: t.field({
      type: taskPayload('CompleteTaskPayload', 'The task that was completed.'),
      description: 'Marks a task as done. CONFLICT when it is done already.',
      args: target,
      resolve: tasks.completeTask,
    }),
    reopenTask: t.field({
      type: taskPayload('ReopenTaskPayload', 'The task that was reopened.'),
      description: 'Makes a completed task active again. CONFLICT when it is active.',
      args: target,
      resolve: tasks.reopenTask,
    }),
    deleteTask: t.field({
      type: taskPayload('DeleteTaskPayload', 'The task that was put into the trash.'),
      description: 'Puts a task into the trash, from where restoreTask takes it back.',
      args: target,
      resolve: tasks.deleteTask,
    }),
    restoreTask: t.field({
      type: taskPayload('RestoreTaskPayload', 'The task that was taken out of the trash.'),
      description: 'Takes a task out of the trash with the status it had.',
      args: target,
      resolve: tasks.restoreTask,
    }),
    undo: t.field({
      type: builder.objectRef<{ changeId: string; tasks: TaskRow[] }>('UndoPayload').implement({
        description: 'What was taken back.',
        interfaces: [ChangePayload],
        fields: (payload) => ({
          tasks: payload.expose('tasks', { type: [Task], description: 'The tasks in the state they have again.' }),
        }),
      }),
      description:
        'Takes back a change of yours: every object it touched gets its state before it, a task it made goes to the trash. CONFLICT, and nothing is undone, when one of them was changed since.',
      args: { changeId: t.arg.id({ required: true, description: 'The change.' }), ...idempotencyKey },
      resolve: tasks.undo,
    }),
  };
});

type Delivered<K> = Extract<TaskStreamItem, { kind: K }>;

const TaskChangeKind = builder.enumType('TaskChangeKind', {
  description: 'What happened to a task.',
  values: {
    CREATED: { value: 'task.created', description: 'It was made.' },
    UPDATED: { value: 'task.updated', description: 'Its fields were changed.' },
    COMPLETED: { value: 'task.completed', description: 'It was done.' },
    REOPENED: { value: 'task.reopened', description: 'It became active again.' },
    DELETED: { value: 'task.deleted', description: 'It was put into the trash.' },
    RESTORED: { value: 'task.restored', description: 'It was taken out of the trash.' },
  } as const,
});

const TaskChanged = builder.objectRef<Delivered<'CHANGED'>>('TaskChanged').implement({
  description: 'A task that you see and the filter means was changed.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({ type: TaskChangeKind, description: 'What happened.', resolve: ({ event }) => event.type }),
    task: t.expose('task', { type: Task, description: 'The task right after this change.' }),
    changeId: t.id({ description: 'The change.', resolve: ({ event }) => event.changeId }),
    requestId: t.string({ description: 'The request that made it.', resolve: ({ event }) => event.requestId }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const TaskLeft = builder.objectRef<Delivered<'LEFT'>>('TaskLeft').implement({
  description: 'A task is no longer one that you see and the filter means.',
  interfaces: [StreamPayload],
  fields: (t) => ({ taskId: t.id({ description: 'The task.', resolve: tasks.leftTaskId }) }),
});

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  CHANGED: 'TaskChanged',
  LEFT: 'TaskLeft',
} as const satisfies Record<TaskStreamItem['kind'], string>;

builder.subscriptionField('taskChanged', (t) =>
  t.field({
    type: builder.unionType('TaskChangedPayload', {
      description: 'What a subscriber to tasks gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, TaskChanged, TaskLeft],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'Every change of the tasks that you see and the filter means.',
    args: { filter: t.arg({ type: TaskFilter, description: 'Which tasks; all unless given.' }), ...afterCursor },
    subscribe: tasks.taskChanged,
    resolve: (item) => item,
  }),
);
