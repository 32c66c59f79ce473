import type { Activity, TaskField } from '../../domain/tasks/activity.ts';
import { optionalUserIn } from '../../resolvers/call.ts';
import * as events from '../../resolvers/events/events.ts';
import * as activity from '../../resolvers/tasks/activity.ts';
import { builder } from '../builder.ts';
import { pageCost, pageOf } from '../connection.ts';
import { EventTypeEnum } from '../events/events.ts';
import { User } from '../members/users.ts';
import { Task } from './task-types.ts';

const TaskFieldType = builder.enumType('TaskField', {
  description: 'A field of a task.',
  values: {
    TITLE: { description: 'The title.' },
    NOTES: { description: 'The notes.' },
    STATUS: { description: 'The status.' },
    PRIORITY: { description: 'The priority.' },
    TAGS: { description: 'The tags, as a list.' },
    DUE: { description: 'The due date or time, as an object with `date`, `at` and `timeZone`.' },
    ASSIGNEE: { description: 'The assignee, as the id of the user.' },
    PROJECT: { description: 'The project. The values of this field are not shown.' },
    PARENT: { description: 'The parent task. The values of this field are not shown.' },
  } satisfies Record<TaskField, { description: string }>,
});

const TaskFieldChange = builder.objectRef<activity.FieldChangeShape>('TaskFieldChange').implement({
  permission: 'task:read',
  description: 'A change of one field of a task.',
  fields: (t) => ({
    field: t.expose('field', { type: TaskFieldType, description: 'The field that was changed.' }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description: 'The value before the change. Null if there was none, or if the values of the field are not shown.',
    }),
    after: t.expose('after', {
      type: 'JSON',
      nullable: true,
      description: 'The value after the change. Null if there is none, or if the values of the field are not shown.',
    }),
  }),
});

const TaskActivity = builder.objectRef<Activity>('TaskActivity').implement({
  permission: 'task:read',
  description: 'Something that was done to a task, or to one of its comments or reminders.',
  fields: (t) => ({
    type: t.expose('type', { type: EventTypeEnum, description: 'What was done.' }),
    objectId: t.id({ description: 'The id of the task, the comment or the reminder.', resolve: events.objectId }),
    changeId: t.exposeID('changeId', {
      description: 'The id of the change that this is part of. The user who made the change can pass it to `undo`.',
    }),
    actor: t.field({
      type: User,
      nullable: true,
      description: 'The user who did it. Null if Errand did it itself.',
      resolve: optionalUserIn('actorId'),
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it was done.' }),
    changes: t.field({
      type: [TaskFieldChange],
      description:
        'The fields of the task that were changed. Empty when the task was created, and for comments and reminders.',
      resolve: activity.changes,
    }),
  }),
});

builder.prismaObjectField(Task, 'activity', (t) =>
  t.connection(
    {
      type: TaskActivity,
      description:
        'The history of the task, its comments and its reminders, the newest entry first. A page has 50 entries by default and at most 200.',
      complexity: pageCost,
      resolve: activity.activity,
    },
    ...pageOf('TaskActivity', 'the history of a task'),
  ),
);
