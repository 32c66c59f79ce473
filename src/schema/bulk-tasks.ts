import type { BulkResult, TaskResult as TaskResultRow } from '../domain/tasks/bulk-tasks.ts';
import * as bulk from '../resolvers/bulk-tasks.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { TaskDueInput, TaskFilter } from './task-inputs.ts';
import { PriorityType, Task } from './task-types.ts';
import { SubtaskHandlingType } from './tasks.ts';

const TaskTarget = builder.inputType('TaskTarget', {
  description: 'The tasks that a bulk operation changes, at most 500: listed by id, or selected by a filter.',
  isOneOf: true,
  fields: (t) => ({
    ids: t.idList({ description: 'The ids of the tasks.' }),
    filter: t.field({
      type: TaskFilter,
      description: 'Selects the tasks that match this filter, among those that you can see.',
    }),
  }),
});

const TaskChangesInput = builder.inputType('TaskChangesInput', {
  description: 'Changes to many tasks: an omitted field stays, null clears it.',
  fields: (t) => ({
    priority: t.field({ type: PriorityType, description: 'Cleared, it is MEDIUM.' }),
    due: t.field({ type: TaskDueInput, description: 'When each is due.' }),
    moveDueByDays: t.int({
      description: 'So many days later, or earlier when negative; the time of day stays. Tasks without a due stay so.',
    }),
    addTags: t.stringList({ description: 'Tags each gets beside its own.' }),
    removeTags: t.stringList({ description: 'Tags none has any more.' }),
    assigneeId: t.id({ description: 'The user who is to do them.' }),
    projectId: t.id({ description: 'The project they belong to. Their subtasks go along.' }),
  }),
});

const TaskRefusal = builder.objectRef<NonNullable<TaskResultRow['refusal']>>('TaskRefusal').implement({
  description: 'Why a task cannot be changed so.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'As extensions.code of the operation on this task alone.' }),
    message: t.exposeString('message', { description: 'What to do about it.' }),
  }),
});

const TaskResult = builder.objectRef<TaskResultRow>('TaskResult').implement({
  description: 'What came of one of the tasks.',
  fields: (t) => ({
    taskId: t.id({ description: 'The id of the task, also when you cannot see it.', resolve: bulk.resultId }),
    task: t.expose('task', { type: Task, nullable: true, description: 'Its state now, if you see it.' }),
    refusal: t.expose('refusal', {
      type: TaskRefusal,
      nullable: true,
      description: 'Why it cannot be changed so; null when it was, or could have been.',
    }),
  }),
});

function bulkPayload(name: string) {
  return builder.objectRef<BulkResult>(name).implement({
    description: 'An answer for each task. All or nothing: when one is refused, none is changed.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      isApplied: t.exposeBoolean('isApplied', { description: 'Whether all were changed. When false, none was.' }),
      results: t.expose('results', { type: [TaskResult], description: 'One for each task that is meant.' }),
      subtasks: t.expose('subtasks', { type: [Task], description: 'Tasks below them that were changed with them.' }),
    }),
  });
}

type Sized = { target: { ids?: readonly unknown[] | null }; expectedCount?: number | null };
/** With a filter, the answer has as many tasks as were expected, or else as many as one change may have. */
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
      type: bulkPayload('CompleteTasksPayload'),
      description: 'Marks tasks as done, as completeTask does.',
      args: {
        ...target,
        subtasks: t.arg({
          type: SubtaskHandlingType,
          defaultValue: 'REFUSE' as const,
          description: 'What happens to open subtasks that are not meant themselves.',
        }),
      },
      complexity,
      resolve: bulk.completeTasks,
    }),
    reopenTasks: t.field({
      type: bulkPayload('ReopenTasksPayload'),
      description: 'Makes completed tasks active again, as reopenTask does.',
      args: target,
      complexity,
      resolve: bulk.reopenTasks,
    }),
    deleteTasks: t.field({
      type: bulkPayload('DeleteTasksPayload'),
      description: 'Puts tasks into the trash, as deleteTask does.',
      args: target,
      complexity,
      resolve: bulk.deleteTasks,
    }),
    restoreTasks: t.field({
      type: bulkPayload('RestoreTasksPayload'),
      description: 'Takes tasks out of the trash, as restoreTask does.',
      args: target,
      complexity,
      resolve: bulk.restoreTasks,
    }),
    updateTasks: t.field({
      type: bulkPayload('UpdateTasksPayload'),
      description: 'Changes the same of many tasks, as updateTask does.',
      args: {
        ...target,
        changes: t.arg({ type: TaskChangesInput, required: true, description: 'The changes.' }),
      },
      complexity,
      resolve: bulk.updateTasks,
    }),
  };
});
