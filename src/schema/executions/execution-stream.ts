import type { ExecutionLogStreamItem, ExecutionStreamItem } from '../../domain/executions/watch-execution.ts';
import * as executions from '../../resolvers/executions/executions.ts';
import { builder } from '../builder.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from '../stream.ts';
import { Execution, ExecutionLogEntryType, ExecutionProgress, ExecutionStep } from './execution-types.ts';

type Delivered<K> = Extract<ExecutionStreamItem | ExecutionLogStreamItem, { kind: K }>;

const ExecutionChanged = builder.objectRef<Delivered<'EXECUTION'>>('ExecutionChanged').implement({
  description:
    'The status of the execution changed. If the status is final, this is the last payload and the subscription completes.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'The execution immediately after this change.' }),
    changeId: t.id({
      description: 'The id of the change. The events of one mutation have the same id.',
      resolve: ({ event }) => event.changeId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const ExecutionStepChanged = builder.objectRef<Delivered<'STEP'>>('ExecutionStepChanged').implement({
  description: 'The status of a step of the execution changed.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    step: t.expose('step', { type: ExecutionStep, description: 'The step immediately after this change.' }),
    progress: t.field({
      type: ExecutionProgress,
      description: 'The progress of the execution.',
      resolve: executions.stepProgress,
    }),
    changeId: t.id({
      description: 'The id of the change. The events of one mutation have the same id.',
      resolve: ({ event }) => event.changeId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const ExecutionLogged = builder.objectRef<Delivered<'LOGGED'>>('ExecutionLogged').implement({
  description: 'Entries were added to the log of the execution.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    entries: t.expose('entries', { type: [ExecutionLogEntryType], description: 'The new entries, in order.' }),
  }),
});

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  EXECUTION: 'ExecutionChanged',
  STEP: 'ExecutionStepChanged',
  LOGGED: 'ExecutionLogged',
} as const satisfies Record<(ExecutionStreamItem | ExecutionLogStreamItem)['kind'], string>;

builder.subscriptionFields((t) => {
  const target = { id: t.arg.id({ required: true, description: 'The id of the execution.' }), ...afterCursor };
  return {
    executionUpdated: t.field({
      type: builder.unionType('ExecutionUpdatedPayload', {
        description: 'A payload of the subscription `executionUpdated`.',
        types: [StreamReady, StreamCheckpoint, StreamResync, ExecutionChanged, ExecutionStepChanged],
        resolveType: (item) => typenames[item.kind],
      }),
      description:
        'Changes of the status of an execution and its steps. The subscription completes after the final status, also if the execution had ended before. Requires the permission execution:read.',
      args: target,
      subscribe: executions.executionUpdated,
      resolve: (item) => item,
    }),
    executionLog: t.field({
      type: builder.unionType('ExecutionLogPayload', {
        description: 'A payload of the subscription `executionLog`.',
        types: [StreamReady, StreamCheckpoint, StreamResync, ExecutionLogged, ExecutionChanged],
        resolveType: (item) => typenames[item.kind],
      }),
      description:
        'New entries in the log of an execution. Earlier entries are in `Execution.log`. The subscription completes after the final status of the execution. Requires the permission execution:read.',
      args: target,
      subscribe: executions.executionLog,
      resolve: (item) => item,
    }),
  };
});
