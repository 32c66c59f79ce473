import type { SubtaskHandling } from '../../domain/task-operations/change-status.ts';
import { createTask } from '../../domain/task-operations/create-task.ts';
import * as status from '../../domain/task-operations/task-status.ts';
import { updateTask } from '../../domain/task-operations/update-task.ts';
import type { TaskFilter as TaskFilterFields } from '../../domain/tasks/filter.ts';
import type { TagCount as TagCountRow } from '../../domain/tasks/list-tags.ts';
import { listTags } from '../../domain/tasks/list-tags.ts';
import { readTask } from '../../domain/tasks/store.ts';
import { undo } from '../../domain/undo/undo.ts';
import type { Task as TaskRow } from '../../generated/prisma/client.ts';
import { byId, call } from '../../resolvers/call.ts';
import * as tasks from '../../resolvers/tasks/tasks.ts';
import { builder } from '../builder.ts';
import { expectedVersion, idempotencyKey, type Parts, payload } from '../change.ts';
import { pageCost, pageOf } from '../connection.ts';
import { readStored } from '../ids.ts';
import { Project } from '../projects/project-types.ts';
import { Recurrence } from '../recurrences/recurrence-types.ts';
import { Reminder } from '../reminders/reminder-types.ts';
import { nodeColumns } from '../selected-columns.ts';
import { Comment } from './comment-types.ts';
import { SavedFilter } from './saved-filters.ts';
import { CreateTaskInput, TaskFilter, TaskOrder, UpdateTaskInput } from './task-inputs.ts';
import { Task } from './task-types.ts';

const TagCount = builder.objectRef<TagCountRow>('TagCount').implement({
  permission: 'task:read',
  description: 'A tag and the number of open tasks that have it.',
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'The tag, in lower case.' }),
    count: t.exposeInt('count', {
      description: 'The number of open tasks with this tag; see `Query.tags` for which tasks are counted.',
    }),
  }),
});

builder.queryFields((t) => ({
  task: t.field({
    permission: 'task:read',
    type: Task,
    nullable: true,
    description:
      'Finds a task by its id. Tasks in the trash are found too. Null, with a NOT_FOUND error, if the task does not exist or you cannot see it.',
    args: { id: t.arg.id({ for: Task, required: true, description: 'The id of the task.' }) },
    resolve: byId(readTask),
  }),
  tasks: t.connection(
    {
      permission: 'task:read',
      type: Task,
      nullable: true,
      description:
        'The tasks that you can see, the newest first unless `orderBy` is given. A page has 50 tasks by default and at most 200. Filters by status, by project and by yourself as assignee are fast in every order except RELEVANCE; ranges of due dates are fast in the order DUE; rare tags and words are fast in every order. Null, with an error, if the query fails, for example with QUERY_TOO_EXPENSIVE because it takes too long.',
      args: {
        filter: t.arg({ type: TaskFilter, description: 'Returns only tasks that match this filter.' }),
        orderBy: t.arg({ type: TaskOrder, description: 'The order of the tasks.' }),
        savedFilterId: t.arg.id({
          for: SavedFilter,
          description:
            'The id of a saved filter of yours. Tasks must match it as well as `filter`. Its order is used if `orderBy` is not given.',
        }),
      },
      complexity: pageCost,
      resolve: (_, args, context, info) =>
        tasks.tasks(args, context, {
          columns: nodeColumns<TaskRow>(info, 'Task'),
          readFilter: (value) =>
            readStored<TaskFilterFields>(info.schema, 'TaskFilter', { value, path: ['savedFilterId'] }),
        }),
    },
    {
      ...pageOf('Task', 'tasks')[0],
      fields: (connection) => ({
        totalCount: connection.int({
          description:
            'The number of tasks in the whole list. At most 10,001 tasks are counted, so 10,001 means more than 10,000.',
          resolve: tasks.totalCount,
        }),
      }),
    },
    pageOf('Task', 'tasks')[1],
  ),
  tags: t.field({
    permission: 'task:read',
    type: [TagCount],
    nullable: true,
    description:
      'The tags of the open tasks that you can see, the most frequent first. The counts are exact if you can see at most 100,000 open tasks. Otherwise, only the newest 100,000 tasks are counted of those that you created, of those that are assigned to you, and of those in projects.',
    args: {
      first: t.arg.int({ description: 'The number of tags to return: 50 by default, at most 200.' }),
      prefix: t.arg.string({
        description: 'Returns only tags that begin with this text. Case and accents are ignored.',
      }),
    },
    // It reads every task that it counts.
    complexity: ({ first }) => ({ field: 20, multiplier: first ?? 50 }),
    resolve: call(listTags),
  }),
}));

export const SubtaskHandlingType = builder.enumType('SubtaskHandling', {
  description:
    'What happens to the open subtasks of a task that is completed. Subtasks that you cannot see are not affected.',
  values: {
    REFUSE: { description: 'The operation fails with CONFLICT if there are open subtasks.' },
    COMPLETE: { description: 'All open subtasks, and theirs, are completed in the same change.' },
    LEAVE: { description: 'The subtasks stay open.' },
  } satisfies Record<SubtaskHandling, { description: string }>,
});

const changedTask = { task: { type: Task, description: 'The task after the change.' } };

const changedFamily = {
  task: { type: Task, description: 'The task after the change.' },
  subtasks: { type: [Task], description: 'The subtasks at all levels that were changed together with the task.' },
} satisfies Parts;

builder.mutationFields((t) => {
  const target = {
    id: t.arg.id({ for: Task, required: true, description: 'The id of the task.' }),
    ...expectedVersion,
    ...idempotencyKey,
  };
  return {
    createTask: t.field({
      permission: 'task:write',
      type: payload('createTask', changedTask),
      description: 'Creates a task.',
      args: {
        input: t.arg({ type: CreateTaskInput, required: true, description: 'The task to create.' }),
        ...idempotencyKey,
      },
      resolve: call(createTask),
    }),
    updateTask: t.field({
      permission: 'task:write',
      type: payload('updateTask', changedTask),
      description: 'Updates the given fields of a task.',
      args: {
        input: t.arg({ type: UpdateTaskInput, required: true, description: 'The changes to the task.' }),
        ...idempotencyKey,
      },
      resolve: call(updateTask),
    }),
    completeTask: t.field({
      permission: 'task:write',
      type: payload('completeTask', changedFamily),
      description:
        'Completes a task. CONFLICT if it is already completed, or if it has open subtasks and `subtasks` is REFUSE.',
      args: {
        ...target,
        subtasks: t.arg({
          type: SubtaskHandlingType,
          defaultValue: 'REFUSE' as const,
          description: 'What happens to the open subtasks of the task.',
        }),
      },
      resolve: call(status.completeTask),
    }),
    reopenTask: t.field({
      permission: 'task:write',
      type: payload('reopenTask', changedTask),
      description: 'Reopens a completed task. CONFLICT if it is open.',
      args: target,
      resolve: call(status.reopenTask),
    }),
    deleteTask: t.field({
      permission: 'task:write',
      type: payload('deleteTask', changedFamily),
      description:
        'Moves a task and its subtasks to the trash. `restoreTask` brings them back. The trash is emptied of tasks that have been in it for 30 days.',
      args: target,
      resolve: call(status.deleteTask),
    }),
    restoreTask: t.field({
      permission: 'task:write',
      type: payload('restoreTask', changedFamily),
      description:
        'Restores a task from the trash with the status that it had, together with the subtasks that were moved there with it. If its parent is in the trash, the task no longer has a parent.',
      args: target,
      resolve: call(status.restoreTask),
    }),
    undo: t.field({
      permission: 'OF_OBJECT',
      type: payload(
        'undo',
        {
          tasks: { type: [Task], description: 'The tasks that were restored.' },
          comments: {
            type: [Comment],
            description:
              'The comments that were restored. Comments that were removed because the change had created them are not listed.',
          },
          reminders: {
            type: [Reminder],
            description: 'The reminders that were restored.',
          },
          recurrences: {
            type: [Recurrence],
            description: 'The recurrences that were restored.',
          },
          projects: {
            type: [Project],
            description: 'The projects that were restored.',
          },
        },
        { description: 'The result of undo: the objects that were restored to their state before the change.' },
      ),
      description:
        'Undoes a change that you made: every object that it changed returns to its state before the change, and tasks that it created are moved to the trash. To undo several changes, begin with the latest: undoing a change makes the change before it undoable again. An undo is a change too and can be undone. The version of each object increases. CONFLICT, and nothing is undone, if one of the objects was changed later and that change has not been undone. Requires the permissions that the change required.',
      args: {
        changeId: t.arg.id({
          for: 'Change',
          required: true,
          description: 'The `changeId` from the payload of the mutation to undo.',
        }),
        ...idempotencyKey,
      },
      resolve: call(undo),
    }),
  };
});
