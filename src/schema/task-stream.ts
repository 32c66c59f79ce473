import type { TaskStreamItem } from '../domain/tasks/watch-tasks.ts';
import * as tasks from '../resolvers/tasks.ts';
import type { StreamCursor } from '../shared/cursor.ts';
import { builder } from './builder.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';
import { TaskFilter } from './task-inputs.ts';
import { Task } from './task-types.ts';

type Delivered<K> = Extract<TaskStreamItem, { kind: K }>;

const TaskChangeKind = builder.enumType('TaskChangeKind', {
  description: 'What happened to a task.',
  values: {
    CREATED: { value: 'task.created', description: 'It was made.' },
    UPDATED: { value: 'task.updated', description: 'Its fields were changed.' },
    COMPLETED: { value: 'task.completed', description: 'It was done.' },
    REOPENED: { value: 'task.reopened', description: 'It became active again.' },
    DELETED: { value: 'task.deleted', description: 'It was put into the trash.' },
    RESTORED: { value: 'task.restored', description: 'It was taken out of the trash.' },
  } as const,
});

const TaskChanged = builder.objectRef<Delivered<'CHANGED'>>('TaskChanged').implement({
  description: 'A task that you see and the filter means was changed.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({ type: TaskChangeKind, description: 'What happened.', resolve: ({ event }) => event.type }),
    task: t.expose('task', { type: Task, description: 'The task right after this change.' }),
    changeId: t.id({ description: 'The change.', resolve: ({ event }) => event.changeId }),
    requestId: t.string({ description: 'The request that made it.', resolve: ({ event }) => event.requestId }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

export const TaskLeft = builder
  .objectRef<{ kind: 'LEFT'; cursor: StreamCursor; taskId: string }>('TaskLeft')
  .implement({
    description:
      'A task is no longer one that you see and the filter means. Where one task is watched, nothing follows.',
    interfaces: [StreamPayload],
    fields: (t) => ({ taskId: t.id({ description: 'The task.', resolve: tasks.leftTaskId }) }),
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
      description: 'What a subscriber to tasks gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, TaskChanged, TaskLeft],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'Every change of the tasks that you see and the filter means.',
    args: { filter: t.arg({ type: TaskFilter, description: 'Which tasks; all unless given.' }), ...afterCursor },
    subscribe: tasks.taskChanged,
    resolve: (item) => item,
  }),
);
