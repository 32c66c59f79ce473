import type { SubtaskCounts as SubtaskCountsRow } from '../../domain/tasks/subtasks.ts';
import * as tasks from '../../resolvers/tasks/tasks.ts';
import { builder } from '../builder.ts';
import { Task } from './task-types.ts';

const SubtaskCounts = builder.objectRef<SubtaskCountsRow>('SubtaskCounts').implement({
  permission: 'task:read',
  description: 'The numbers of direct subtasks of a task that you can see. Subtasks in the trash are not counted.',
  fields: (t) => ({
    open: t.exposeInt('open', { description: 'The number of open subtasks.' }),
    done: t.exposeInt('done', { description: 'The number of completed subtasks.' }),
  }),
});

builder.prismaObjectFields(Task, (t) => ({
  parent: t.field({
    type: Task,
    nullable: true,
    description: 'The parent task, if this task is a subtask. Null if it has no parent or you cannot see the parent.',
    resolve: tasks.parent,
  }),
  subtasks: t.field({
    type: [Task],
    description:
      'The direct subtasks that you can see, in the order of creation, at most 50. Subtasks in the trash are left out. Use `tasks(filter: { parentId })` to list all of them.',
    complexity: { field: 1, multiplier: 10 },
    resolve: tasks.subtasks,
  }),
  subtaskCounts: t.field({
    type: SubtaskCounts,
    description: 'The numbers of open and completed direct subtasks.',
    resolve: tasks.subtaskCounts,
  }),
}));
