import type { Undone } from '../domain/undo.ts';
import type { Task as TaskRow } from '../generated/prisma/client.ts';
import * as tasks from '../resolvers/tasks.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import { Recurrence } from './recurrence-types.ts';
import { Reminder } from './reminder-types.ts';
import { CreateTaskInput, TaskFilter, TaskOrder, UpdateTaskInput } from './task-inputs.ts';
import { Task } from './task-types.ts';

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
      name: 'TaskConnection',
      description: 'A page of tasks.',
      fields: (connection) => ({
        totalCount: connection.int({
          description: 'How many there are in all, counted up to 10,001: more than 10,000 means 10,000 or more.',
          resolve: tasks.totalCount,
        }),
      }),
    },
    { name: 'TaskEdge', description: 'A task in a page.' },
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
      type: builder.objectRef<{ changeId: string } & Undone>('UndoPayload').implement({
        description: 'What was taken back.',
        interfaces: [ChangePayload],
        fields: (payload) => ({
          tasks: payload.expose('tasks', { type: [Task], description: 'The tasks in the state they have again.' }),
          reminders: payload.expose('reminders', {
            type: [Reminder],
            description: 'The reminders in the state they have again.',
          }),
          recurrences: payload.expose('recurrences', {
            type: [Recurrence],
            description: 'The series in the state they have again.',
          }),
        }),
      }),
      description:
        'Takes back a change of yours: every object it touched gets its state before it, a task it made goes to the trash. CONFLICT, and nothing is undone, when one of them was changed since.',
      args: { changeId: t.arg.id({ required: true, description: 'The change.' }), ...idempotencyKey },
      resolve: tasks.undo,
    }),
  };
});
