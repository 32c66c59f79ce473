import type { ExecutionLogStreamItem, ExecutionStreamItem } from '../../domain/executions/watch-execution.ts';
import { watchExecution, watchLog } from '../../domain/executions/watch-execution.ts';
import * as executions from '../../resolvers/executions/executions.ts';
import { builder } from '../builder.ts';
import { addSubscription, changeFields, streamPayload } from '../stream.ts';
import { Execution, ExecutionLogEntryType, ExecutionProgress, ExecutionStep } from './execution-types.ts';

type Delivered<K> = Extract<ExecutionStreamItem | ExecutionLogStreamItem, { kind: K }>;

const ExecutionChanged = streamPayload<Delivered<'EXECUTION'>>('ExecutionChanged', {
  description:
    'The status of the execution changed. If the status is final, this is the last payload and the subscription completes.',
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'The execution immediately after this change.' }),
    ...changeFields(t),
  }),
});

const ExecutionStepChanged = streamPayload<Delivered<'STEP'>>('ExecutionStepChanged', {
  description: 'The status of a step of the execution changed.',
  fields: (t) => ({
    step: t.expose('step', { type: ExecutionStep, description: 'The step immediately after this change.' }),
    progress: t.field({
      type: ExecutionProgress,
      description: 'The progress of the execution.',
      resolve: executions.stepProgress,
    }),
    ...changeFields(t),
  }),
});

const ExecutionLogged = streamPayload<Delivered<'LOGGED'>>('ExecutionLogged', {
  description: 'Entries were added to the log of the execution.',
  fields: (t) => ({
    entries: t.expose('entries', { type: [ExecutionLogEntryType], description: 'The new entries, in order.' }),
  }),
});

const target = builder.args((t) => ({
  id: t.id({ for: Execution, required: true, description: 'The id of the execution.' }),
}));

addSubscription('executionUpdated', {
  permission: 'execution:read',
  description:
    'Changes of the status of an execution and its steps. The subscription completes after the final status, even if the execution has already ended.',
  args: target,
  payloads: { EXECUTION: ExecutionChanged, STEP: ExecutionStepChanged },
  watch: watchExecution,
});

addSubscription('executionLog', {
  permission: 'execution:read',
  description:
    'New entries in the log of an execution. Earlier entries are in `Execution.log`. The subscription completes after the final status of the execution.',
  args: target,
  payloads: { EXECUTION: ExecutionChanged, LOGGED: ExecutionLogged },
  watch: watchLog,
});
