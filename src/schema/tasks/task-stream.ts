import type { TaskStreamItem } from '../../domain/tasks/watch-tasks.ts';
import { watchTasks } from '../../domain/tasks/watch-tasks.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import { builder } from '../builder.ts';
import { addSubscription, changeFields, streamPayload } from '../stream.ts';
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

const TaskChanged = streamPayload<Delivered<'CHANGED'>>('TaskChanged', {
  description: 'A task that you can see and that matches the filter was changed.',
  fields: (t) => ({
    kind: t.field({
      type: TaskChangeKind,
      description: 'What happened to the task.',
      resolve: ({ event }) => event.type,
    }),
    task: t.expose('task', { type: Task, description: 'The task immediately after this change.' }),
    ...changeFields(t),
    requestId: t.string({
      description: 'The id of the request that made the change.',
      resolve: ({ event }) => event.requestId,
    }),
  }),
});

export const TaskLeft = streamPayload<{ kind: 'LEFT'; cursor: StreamCursor; taskId: string }>('TaskLeft', {
  description:
    'A task left the results: you can no longer see it, or it no longer matches the filter. In a subscription about one task, this is the last payload.',
  fields: (t) => ({
    taskId: t.globalID({
      description: 'The id of the task.',
      resolve: ({ taskId }) => ({ type: 'Task', id: taskId }),
    }),
  }),
});

addSubscription('taskChanged', {
  permission: 'task:read',
  description: 'Changes of the tasks that you can see and that match the filter.',
  args: builder.args((t) => ({
    filter: t.field({
      type: TaskFilter,
      description: 'Reports only tasks that match this filter. All tasks that you can see by default.',
    }),
  })),
  payloads: { CHANGED: TaskChanged, LEFT: TaskLeft },
  watch: watchTasks,
});
