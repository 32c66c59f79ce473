import type { TaskStreamItem } from '../../domain/tasks/watch-tasks.ts';
import * as tasks from '../../resolvers/tasks/tasks.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import { builder } from '../builder.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from '../stream.ts';
import { TaskFilter } from './task-inputs.ts';
import { Task } from './task-types.ts';

type Delivered<K> = Extract<TaskStreamItem, { kind: K }>;

const TaskChangeKind = builder.enumType('TaskChangeKind', {
  description: 'The kind of a change to a task.',
  values: {
    CREATED: { value: 'task.created', description: 'The task was created.' },
    UPDATED: { value: 'task.updated', description: 'Fields of the task were changed.' },
    COMPLETED: { value: 'task.completed', description: 'The task was completed.' },
    REOPENED: { value: 'task.reopened', description: 'The task was reopened.' },
    DELETED: { value: 'task.deleted', description: 'The task was moved to the trash.' },
    RESTORED: { value: 'task.restored', description: 'The task was restored from the trash.' },
  } as const,
});

const TaskChanged = builder.objectRef<Delivered<'CHANGED'>>('TaskChanged').implement({
  description: 'A task that you can see and that matches the filter was changed.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({
      type: TaskChangeKind,
      description: 'What happened to the task.',
      resolve: ({ event }) => event.type,
    }),
    task: t.expose('task', { type: Task, description: 'The task immediately after this change.' }),
    changeId: t.id({
      description: 'The id of the change. The events of one mutation have the same id.',
      resolve: ({ event }) => event.changeId,
    }),
    requestId: t.string({
      description: 'The id of the request that made the change.',
      resolve: ({ event }) => event.requestId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

export const TaskLeft = builder
  .objectRef<{ kind: 'LEFT'; cursor: StreamCursor; taskId: string }>('TaskLeft')
  .implement({
    description:
      'A task left the results: you can no longer see it, or it no longer matches the filter. In a subscription about one task, this is the last payload.',
    interfaces: [StreamPayload],
    fields: (t) => ({ taskId: t.id({ description: 'The id of the task.', resolve: tasks.leftTaskId }) }),
  });

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  CHANGED: 'TaskChanged',
  LEFT: 'TaskLeft',
} as const satisfies Record<TaskStreamItem['kind'], string>;

builder.subscriptionField('taskChanged', (t) =>
  t.field({
    type: builder.unionType('TaskChangedPayload', {
      description: 'A payload of the subscription `taskChanged`.',
      types: [StreamReady, StreamCheckpoint, StreamResync, TaskChanged, TaskLeft],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'Changes of the tasks that you can see and that match the filter.',
    args: {
      filter: t.arg({
        type: TaskFilter,
        description: 'Reports only tasks that match this filter. All tasks that you can see by default.',
      }),
      ...afterCursor,
    },
    subscribe: tasks.taskChanged,
    resolve: (item) => item,
  }),
);
