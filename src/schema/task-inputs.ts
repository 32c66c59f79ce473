import type { TaskOrder as TaskOrderFields } from '../domain/tasks/list-tasks.ts';
import { builder } from './builder.ts';
import { PriorityType, TaskStatusType } from './task-types.ts';

const TaskDueInput = builder.inputType('TaskDueInput', {
  description: 'When a task is due. Give either date or at.',
  fields: (t) => ({
    date: t.field({ type: 'Date', description: 'A whole day.' }),
    at: t.field({ type: 'DateTime', description: 'An instant.' }),
    timeZone: t.string({ description: 'The IANA zone it is meant in; yours unless given.' }),
  }),
});

export const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'A task to be made.',
  fields: (t) => ({
    title: t.string({ required: true, description: 'What is to be done, 1 to 500 characters.' }),
    notes: t.string({ description: 'More about it, in Markdown, at most 20,000 characters.' }),
    priority: t.field({ type: PriorityType, description: 'MEDIUM unless given.' }),
    due: t.field({ type: TaskDueInput, description: 'When it is due.' }),
    tags: t.stringList({ description: 'At most 20, of at most 50 characters; kept in lower case.' }),
    assigneeId: t.id({ description: 'The user who is to do it, a member of this tenant.' }),
    projectId: t.id({ description: 'The project it belongs to. Those who see the project see the task.' }),
    parentId: t.id({
      description:
        'The active task it is a part of, at most 5 levels deep in all. A subtask is in the project of its parent.',
    }),
  }),
});

export const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
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
    projectId: t.id({
      description:
        'The project it belongs to; cleared, it is seen by who made it and who is to do it. Its subtasks go along.',
    }),
    parentId: t.id({ description: 'The task it is a part of. It comes into the project of its parent.' }),
  }),
});

export const TaskFilter = builder.inputType('TaskFilter', {
  description: 'Which tasks are meant: all that is given must hold.',
  fields: (t) => ({
    status: t.field({ type: TaskStatusType, description: 'Of this status.' }),
    priorities: t.field({ type: [PriorityType], description: 'Of one of these priorities.' }),
    tags: t.stringList({ description: 'With all of these tags.' }),
    assigneeId: t.id({ description: 'Assigned to this user.' }),
    creatorId: t.id({ description: 'Made by this user.' }),
    projectId: t.id({ description: 'In this project.' }),
    recurrenceId: t.id({ description: 'An occurrence of this series.' }),
    dueFrom: t.field({ type: 'DateTime', description: 'Due at this instant or later.' }),
    dueBefore: t.field({ type: 'DateTime', description: 'Due before this instant.' }),
    isOverdue: t.boolean({ description: 'Whether it is active and its due has passed.' }),
    text: t.string({ description: 'With every word of this in its title or notes, whatever the case.' }),
    isDeleted: t.boolean({ description: 'True means the trash; otherwise tasks in the trash are left out.' }),
  }),
});

const orderFields = {
  CREATED: { description: 'When it was made.' },
  UPDATED: { description: 'When it was last changed.' },
  DUE: { description: 'When it is due; tasks without a due come last either way.' },
  PRIORITY: { description: 'How much it matters.' },
} satisfies Record<TaskOrderFields['field'], { description: string }>;

const TaskOrderField = builder.enumType('TaskOrderField', {
  description: 'What tasks can be ordered by.',
  values: orderFields,
});

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list is ordered.',
  values: { ASC: { description: 'The smallest first.' }, DESC: { description: 'The greatest first.' } },
});

export const TaskOrder = builder.inputType('TaskOrder', {
  description: 'How a list of tasks is ordered.',
  fields: (t) => ({
    field: t.field({ type: TaskOrderField, required: true, description: 'By what.' }),
    direction: t.field({ type: OrderDirection, required: true, defaultValue: 'ASC', description: 'Which way.' }),
  }),
});
