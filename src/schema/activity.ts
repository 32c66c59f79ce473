import type { Activity, TaskField } from '../domain/tasks/activity.ts';
import * as activity from '../resolvers/activity.ts';
import * as events from '../resolvers/events.ts';
import { builder } from './builder.ts';
import { EventTypeEnum } from './events.ts';
import { Task } from './task-types.ts';
import { User } from './users.ts';

const TaskFieldType = builder.enumType('TaskField', {
  description: 'A field of a task.',
  values: {
    TITLE: { description: 'Its title.' },
    NOTES: { description: 'Its notes.' },
    STATUS: { description: 'Its status.' },
    PRIORITY: { description: 'Its priority.' },
    TAGS: { description: 'Its tags, as a list.' },
    DUE: { description: 'Its due, as an object with date, at and timeZone.' },
    ASSIGNEE: { description: 'Who is to do it, as the id of the user.' },
    PROJECT: { description: 'Its project; which ones is not told.' },
    PARENT: { description: 'The task it is a part of; which ones is not told.' },
  } satisfies Record<TaskField, { description: string }>,
});

const TaskFieldChange = builder.objectRef<activity.FieldChangeShape>('TaskFieldChange').implement({
  description: 'A field of a task that was changed.',
  fields: (t) => ({
    field: t.expose('field', { type: TaskFieldType, description: 'The field.' }),
    before: t.expose('before', { type: 'JSON', nullable: true, description: 'What it was.' }),
    after: t.expose('after', { type: 'JSON', nullable: true, description: 'What it became.' }),
  }),
});

const TaskActivity = builder.objectRef<Activity>('TaskActivity').implement({
  description: 'Something that was done to a task, or with one of its comments or reminders.',
  fields: (t) => ({
    type: t.expose('type', { type: EventTypeEnum, description: 'What was done.' }),
    objectId: t.id({ description: 'The task, the comment or the reminder.', resolve: events.objectId }),
    changeId: t.exposeID('changeId', { description: 'The change it belongs to; who made that can undo it.' }),
    actor: t.field({
      type: User,
      nullable: true,
      description: 'Who did it; null when Errand itself did.',
      resolve: events.actor,
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it was done.' }),
    changes: t.field({
      type: [TaskFieldChange],
      description: 'Which fields of the task were changed; none when it was made, and for comments and reminders.',
      resolve: activity.changes,
    }),
  }),
});

builder.prismaObjectField(Task, 'activity', (t) =>
  t.connection(
    {
      type: TaskActivity,
      description:
        'What was done to it, to its comments and its reminders, the newest first. Pages of 50, at most 200.',
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: activity.activity,
    },
    { name: 'TaskActivityConnection', description: 'A page of what was done.' },
    { name: 'TaskActivityEdge', description: 'Something that was done, in a page.' },
  ),
);
