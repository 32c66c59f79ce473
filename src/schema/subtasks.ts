import type { SubtaskCounts as SubtaskCountsRow } from '../domain/tasks/subtasks.ts';
import * as tasks from '../resolvers/tasks.ts';
import { builder } from './builder.ts';
import { Task } from './task-types.ts';

const SubtaskCounts = builder.objectRef<SubtaskCountsRow>('SubtaskCounts').implement({
  description: 'How many subtasks of a task you see, without those in the trash.',
  fields: (t) => ({
    open: t.exposeInt('open', { description: 'Still to be done.' }),
    done: t.exposeInt('done', { description: 'Done.' }),
  }),
});

builder.prismaObjectFields(Task, (t) => ({
  parent: t.field({
    type: Task,
    nullable: true,
    description: 'The task it is a part of, when you see that.',
    resolve: tasks.parent,
  }),
  subtasks: t.field({
    type: [Task],
    description:
      'Its subtasks outside the trash that you see, in the order they were made, at most 50; tasks(filter: { parentId }) has all.',
    complexity: { field: 1, multiplier: 10 },
    resolve: tasks.subtasks,
  }),
  subtaskCounts: t.field({
    type: SubtaskCounts,
    description: 'How many subtasks it has, theirs not included.',
    resolve: tasks.subtaskCounts,
  }),
}));
