import { targetSize } from '../../domain/task-operations/bulk-target.ts';
import type { TaskResult as TaskResultRow } from '../../domain/task-operations/bulk-tasks.ts';
import * as bulk from '../../domain/task-operations/bulk-tasks.ts';
import { call } from '../../resolvers/call.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, type Parts, payload } from '../change.ts';
import { User } from '../members/users.ts';
import { Project } from '../projects/project-types.ts';
import { TaskDueInput, TaskFilter } from './task-inputs.ts';
import { PriorityType, Task } from './task-types.ts';
import { SubtaskHandlingType } from './tasks.ts';

const TaskTarget = builder.inputType('TaskTarget', {
  description: 'The tasks that a bulk operation changes, at most 500: listed by id, or selected by a filter.',
  isOneOf: true,
  fields: (t) => ({
    ids: t.idList({ for: Task, maxItems: targetSize, description: 'The ids of the tasks.' }),
    filter: t.field({
      type: TaskFilter,
      description: 'Selects the tasks that match this filter, among those that you can see.',
    }),
  }),
});

const TaskChangesInput = builder.inputType('TaskChangesInput', {
  description:
    'The changes to make to each task of a bulk operation. Omitted fields are not changed; null clears a field.',
  fields: (t) => ({
    priority: t.field({ type: PriorityType, description: 'The priority. Null sets it to MEDIUM.' }),
    due: t.field({
      type: TaskDueInput,
      description: 'The due date or due time of each task. It cannot be combined with `moveDueByDays`.',
    }),
    moveDueByDays: t.int({
      description:
        'The number of days to move each due date or time by, from -3,650 to 3,650; negative to move it earlier. The local time of day is kept. Tasks without a due date are not changed.',
    }),
    addTags: t.stringList({ description: 'Tags to add to the tags of each task.' }),
    removeTags: t.stringList({ description: 'Tags to remove from each task.' }),
    assigneeId: t.id({
      for: User,
      description: 'The id of the user who is responsible for the tasks. Null removes the assignee.',
    }),
    projectId: t.id({
      for: Project,
      description:
        'The id of the project to move the tasks and their subtasks to. Null takes them out of their project.',
    }),
  }),
});

const TaskRefusal = builder.objectRef<NonNullable<TaskResultRow['refusal']>>('TaskRefusal').implement({
  permission: null,
  description: 'The reason why a task cannot be changed.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'The error code, as in `extensions.code` of the operation on a single task.',
    }),
    message: t.exposeString('message', { description: 'An explanation for people.' }),
  }),
});

const TaskResult = builder.objectRef<TaskResultRow>('TaskResult').implement({
  permission: null,
  description: 'The result of a bulk operation for one task.',
  fields: (t) => ({
    taskId: t.globalID({
      description: 'The id of the task, even if you cannot see it.',
      resolve: ({ id }) => ({ type: 'Task', id }),
    }),
    task: t.expose('task', {
      type: Task,
      nullable: true,
      description: 'The current state of the task. Null if you cannot see it.',
    }),
    refusal: t.expose('refusal', {
      type: TaskRefusal,
      nullable: true,
      description:
        'Why the task cannot be changed. Null if it was changed, or if it was left unchanged only because other tasks were refused.',
    }),
  }),
});

const results = {
  isApplied: {
    type: 'Boolean',
    description: 'Whether the tasks were changed. If false, at least one task was refused and none was changed.',
  },
  results: { type: [TaskResult], description: 'The result for each task of the target.' },
  subtasks: {
    type: [Task],
    description: 'Subtasks that were changed together with the tasks, without those that are in `results`.',
  },
} satisfies Parts;
const description = 'The result of a bulk operation. Either all tasks are changed or none.';

type Sized = { target: { ids?: readonly unknown[] | null }; expectedCount?: number | null };
/** With a filter, the cost counts the expected number of tasks, or else the maximum for one change. */
const complexity = ({ target, expectedCount }: Sized) => ({
  field: 1,
  multiplier: Math.max(target.ids?.length ?? expectedCount ?? 500, 1),
});

builder.mutationFields((t) => {
  const target = {
    target: t.arg({ type: TaskTarget, required: true, description: 'The tasks to change.' }),
    expectedCount: t.arg.int({
      description:
        'The number of tasks that `target.filter` must match. If it matches another number, nothing is changed and the operation fails with PRECONDITION_FAILED. It cannot be combined with `target.ids`.',
    }),
    ...idempotencyKey,
  };
  return {
    completeTasks: t.field({
      permission: 'task:write',
      type: payload('completeTasks', results, { description }),
      description: 'Completes tasks. The same rules as for `completeTask` apply to each task.',
      args: {
        ...target,
        subtasks: t.arg({
          type: SubtaskHandlingType,
          defaultValue: 'REFUSE' as const,
          description: 'What happens to open subtasks that are not part of the target.',
        }),
      },
      complexity,
      resolve: call(bulk.completeTasks),
    }),
    reopenTasks: t.field({
      permission: 'task:write',
      type: payload('reopenTasks', results, { description }),
      description: 'Reopens completed tasks. The same rules as for `reopenTask` apply to each task.',
      args: target,
      complexity,
      resolve: call(bulk.reopenTasks),
    }),
    deleteTasks: t.field({
      permission: 'task:write',
      type: payload('deleteTasks', results, { description }),
      description: 'Moves tasks and their subtasks to the trash, as `deleteTask` does.',
      args: target,
      complexity,
      resolve: call(bulk.deleteTasks),
    }),
    restoreTasks: t.field({
      permission: 'task:write',
      type: payload('restoreTasks', results, { description }),
      description: 'Restores tasks from the trash, as `restoreTask` does.',
      args: target,
      complexity,
      resolve: call(bulk.restoreTasks),
    }),
    updateTasks: t.field({
      permission: 'task:write',
      type: payload('updateTasks', results, { description }),
      description: 'Makes the same changes to many tasks. The same rules as for `updateTask` apply to each task.',
      args: {
        ...target,
        changes: t.arg({ type: TaskChangesInput, required: true, description: 'The changes to make to each task.' }),
      },
      complexity,
      resolve: call(bulk.updateTasks),
    }),
  };
});
