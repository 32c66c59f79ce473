import type { ExecutionLogStreamItem, ExecutionStreamItem } from '../domain/executions/watch-execution.ts';
import * as executions from '../resolvers/executions.ts';
import { builder } from './builder.ts';
import { Execution, ExecutionLogEntryType, ExecutionProgress, ExecutionStep } from './execution-types.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';

type Delivered<K> = Extract<ExecutionStreamItem | ExecutionLogStreamItem, { kind: K }>;

const ExecutionChanged = builder.objectRef<Delivered<'EXECUTION'>>('ExecutionChanged').implement({
  description: 'An execution moved. With a final status it is the last payload, and the subscription completes.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'The execution right after this.' }),
    changeId: t.id({ description: 'The change.', resolve: ({ event }) => event.changeId }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const ExecutionStepChanged = builder.objectRef<Delivered<'STEP'>>('ExecutionStepChanged').implement({
  description: 'A step of the execution moved.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    step: t.expose('step', { type: ExecutionStep, description: 'The step right after this.' }),
    progress: t.field({
      type: ExecutionProgress,
      description: 'How much of the execution is done.',
      resolve: executions.stepProgress,
    }),
    changeId: t.id({ description: 'The change.', resolve: ({ event }) => event.changeId }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const ExecutionLogged = builder.objectRef<Delivered<'LOGGED'>>('ExecutionLogged').implement({
  description: 'Steps wrote to the log of the execution.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    entries: t.expose('entries', { type: [ExecutionLogEntryType], description: 'What they wrote, in order.' }),
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
  const target = { id: t.arg.id({ required: true, description: 'The execution.' }), ...afterCursor };
  return {
    executionUpdated: t.field({
      type: builder.unionType('ExecutionUpdatedPayload', {
        description: 'What a subscriber to an execution gets.',
        types: [StreamReady, StreamCheckpoint, StreamResync, ExecutionChanged, ExecutionStepChanged],
        resolveType: (item) => typenames[item.kind],
      }),
      description:
        'Every move of an execution and its steps. It ends with the final state, also when that was reached before. Needs execution:read.',
      args: target,
      subscribe: executions.executionUpdated,
      resolve: (item) => item,
    }),
    executionLog: t.field({
      type: builder.unionType('ExecutionLogPayload', {
        description: 'What a subscriber to the log of an execution gets.',
        types: [StreamReady, StreamCheckpoint, StreamResync, ExecutionLogged, ExecutionChanged],
        resolveType: (item) => typenames[item.kind],
      }),
      description:
        'What the steps of an execution write, as they write it. It ends with the final state of the execution. What was written before is in its log. Needs execution:read.',
      args: target,
      subscribe: executions.executionLog,
      resolve: (item) => item,
    }),
  };
});
