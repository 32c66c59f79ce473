import type { TagCount as TagCountRow } from '../domain/tasks/list-tags.ts';
import type { SubtaskHandling } from '../domain/tasks/move-tasks.ts';
import type { Undone } from '../domain/undo.ts';
import type { Task as TaskRow } from '../generated/prisma/client.ts';
import * as tasks from '../resolvers/tasks.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import { Comment } from './comment-types.ts';
import { Project } from './project-types.ts';
import { Recurrence } from './recurrence-types.ts';
import { Reminder } from './reminder-types.ts';
import { CreateTaskInput, TaskFilter, TaskOrder, UpdateTaskInput } from './task-inputs.ts';
import { Task } from './task-types.ts';

const TagCount = builder.objectRef<TagCountRow>('TagCount').implement({
  description: 'A tag, and how many tasks have it.',
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'The tag, in lower case.' }),
    count: t.exposeInt('count', { description: 'How many open tasks have it; see the field tags.' }),
  }),
});

builder.queryFields((t) => ({
  task: t.field({
    type: Task,
    nullable: true,
    description: 'The task with this id, also one in the trash. Null, with an error, when you see no such task.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: tasks.task,
  }),
  tasks: t.connection(
    {
      type: Task,
      nullable: true,
      description:
        'The tasks you see, newest first unless ordered otherwise. Pages of 50, at most 200. Filters by status, project and yourself as assignee are fast in every order but RELEVANCE, ranges of due in the order of DUE, rare tags and words in each; what takes too long is QUERY_TOO_EXPENSIVE. Null, with an error, when the list is refused.',
      args: {
        filter: t.arg({ type: TaskFilter, description: 'Which of them.' }),
        orderBy: t.arg({ type: TaskOrder, description: 'In which order.' }),
        savedFilterId: t.arg.id({
          description: 'A saved filter of yours that must hold too; its order is taken unless another one is given.',
        }),
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
  tags: t.field({
    type: [TagCount],
    description:
      'The tags of the open tasks that you see, the most frequent first. The counts are exact as long as you see at most 100,000 open tasks. Beyond that, they are of the newest 100,000 tasks each that you created, that are assigned to you, and that are in your projects.',
    args: {
      first: t.arg.int({ description: 'How many, at most 200; 50 unless given.' }),
      prefix: t.arg.string({ description: 'Only tags that begin with this text. Case and accents do not matter.' }),
    },
    // It reads all that it counts.
    complexity: ({ first }) => ({ field: 20, multiplier: first ?? 50 }),
    resolve: tasks.tags,
  }),
}));

export const SubtaskHandlingType = builder.enumType('SubtaskHandling', {
  description: 'What completing a task does about its open subtasks that you see.',
  values: {
    REFUSE: { description: 'Nothing is done when there are any: CONFLICT.' },
    COMPLETE: { description: 'All below it are completed too, in the same change.' },
    LEAVE: { description: 'They stay open.' },
  } satisfies Record<SubtaskHandling, { description: string }>,
});

function taskPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; task: TaskRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({ task: t.expose('task', { type: Task, description: 'The task after the change.' }) }),
  });
}

/** For what takes subtasks along. */
function familyPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; task: TaskRow; subtasks: TaskRow[] }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      task: t.expose('task', { type: Task, description: 'The task after the change.' }),
      subtasks: t.expose('subtasks', { type: [Task], description: 'The tasks below it that were changed with it.' }),
    }),
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
      type: familyPayload('CompleteTaskPayload', 'The task that was completed.'),
      description:
        'Marks a task as done. CONFLICT when it is done already, or has open subtasks and nothing is said of them.',
      args: {
        ...target,
        subtasks: t.arg({
          type: SubtaskHandlingType,
          defaultValue: 'REFUSE' as const,
          description: 'What happens to its open subtasks.',
        }),
      },
      resolve: tasks.completeTask,
    }),
    reopenTask: t.field({
      type: taskPayload('ReopenTaskPayload', 'The task that was reopened.'),
      description: 'Makes a completed task active again. CONFLICT when it is active.',
      args: target,
      resolve: tasks.reopenTask,
    }),
    deleteTask: t.field({
      type: familyPayload('DeleteTaskPayload', 'The task that was put into the trash.'),
      description: 'Puts a task and its subtasks into the trash, from where restoreTask takes them back.',
      args: target,
      resolve: tasks.deleteTask,
    }),
    restoreTask: t.field({
      type: familyPayload('RestoreTaskPayload', 'The task that was taken out of the trash.'),
      description:
        'Takes a task out of the trash with the status it had, and the subtasks that went there with it. When its parent is still there, it becomes a task of its own.',
      args: target,
      resolve: tasks.restoreTask,
    }),
    undo: t.field({
      type: builder.objectRef<{ changeId: string } & Undone>('UndoPayload').implement({
        description: 'What was taken back.',
        interfaces: [ChangePayload],
        fields: (payload) => ({
          tasks: payload.expose('tasks', { type: [Task], description: 'The tasks in the state they have again.' }),
          comments: payload.expose('comments', {
            type: [Comment],
            description: 'The comments that stand again as they did; not those that are gone again.',
          }),
          reminders: payload.expose('reminders', {
            type: [Reminder],
            description: 'The reminders in the state they have again.',
          }),
          recurrences: payload.expose('recurrences', {
            type: [Recurrence],
            description: 'The series in the state they have again.',
          }),
          projects: payload.expose('projects', {
            type: [Project],
            description: 'The projects in the state they have again.',
          }),
        }),
      }),
      description:
        'Takes back a change of yours: every object that it changed gets its earlier state back, and a task that it created goes to the trash. Undo your changes one after another, the latest first: undoing a change makes the change before it undoable again. An undo can be undone too. The version of each object still rises. Fails with CONFLICT, and undoes nothing, when one of the objects was changed since and that later change was not undone.',
      args: { changeId: t.arg.id({ required: true, description: 'The change.' }), ...idempotencyKey },
      resolve: tasks.undo,
    }),
  };
});
