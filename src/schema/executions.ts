import * as executions from '../resolvers/executions.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { Execution, ExecutionStatusType } from './execution-types.ts';

const ExecutionFilter = builder.inputType('ExecutionFilter', {
  description: 'Which executions are meant: all that is given must hold.',
  fields: (t) => ({
    statuses: t.field({ type: [ExecutionStatusType], description: 'Of one of these statuses.' }),
    submitterId: t.id({ description: 'Submitted by this user.' }),
  }),
});

builder.queryFields((t) => ({
  execution: t.field({
    type: Execution,
    nullable: true,
    description:
      'The execution with this id. Needs execution:read. Null, with an error, when it is not found or you may not read it.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: executions.execution,
  }),
  executions: t.connection(
    {
      type: Execution,
      nullable: true,
      description:
        'The executions of your tenant, the newest first. Pages of 50, at most 200. Needs execution:read. Null, with an error, when you may not read them.',
      args: { filter: t.arg({ type: ExecutionFilter, description: 'Which of them.' }) },
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: executions.executions,
    },
    { name: 'ExecutionConnection', description: 'A page of executions.' },
    { name: 'ExecutionEdge', description: 'An execution in a page.' },
  ),
}));

const SubmitExecutionInput = builder.inputType('SubmitExecutionInput', {
  description: 'A plan to be run.',
  fields: (t) => ({
    plan: t.field({
      type: 'JSON',
      required: true,
      description:
        'The plan, as `{ "steps": [{ "name", "type", "input", "dependsOn", "timeoutSeconds", "maxAttempts", "replaySafe" }] }`. The input of a step depends on its type. `http`: `{ method, url, headers, body, expectedStatus }`. `wait`: `{ seconds }`. `validate`: `{ checks: [{ step, path, equals | contains | exists }] }`. A step runs when all steps in `dependsOn` have succeeded; without `dependsOn`, it runs after the step before it.',
    }),
    priority: t.int({ description: 'From 1, taken first, to 10; unless given, the shorter a plan the sooner.' }),
    waitSeconds: t.float({
      description: 'Wait so long for the end, at most 20; the answer then has the final state, if it came in time.',
    }),
    allowDuplicate: t.boolean({
      description: 'Run the plan also when it is running already or has succeeded within 24 hours.',
    }),
  }),
});

const SubmitExecutionPayload = builder
  .objectRef<{ changeId: string; execution: executions.ExecutionShape; deduplicated: boolean }>(
    'SubmitExecutionPayload',
  )
  .implement({
    description: 'The execution of a plan that was submitted.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      execution: t.expose('execution', { type: Execution, description: 'The execution.' }),
      deduplicated: t.exposeBoolean('deduplicated', {
        description: 'Whether it was there before: the same plan, submitted by you.',
      }),
    }),
  });

const CancelExecutionPayload = builder
  .objectRef<{ changeId: string; execution: executions.ExecutionShape }>('CancelExecutionPayload')
  .implement({
    description: 'The execution that is cancelled.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      execution: t.expose('execution', {
        type: Execution,
        description: 'The execution; while it is still RUNNING, its worker is being told.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  submitExecution: t.field({
    type: SubmitExecutionPayload,
    description:
      'Queues a plan to be run. Without an idempotencyKey, a plan of yours that is running, or succeeded within 24 hours, is answered by that execution.',
    args: {
      input: t.arg({ type: SubmitExecutionInput, required: true, description: 'The plan.' }),
      ...idempotencyKey,
    },
    resolve: executions.submitExecution,
  }),
  cancelExecution: t.field({
    type: CancelExecutionPayload,
    description:
      'Stops an execution: the running step is aborted, later ones are skipped. To repeat it changes nothing; CONFLICT when it has ended otherwise.',
    args: { id: t.arg.id({ required: true, description: 'The execution.' }), ...idempotencyKey },
    resolve: executions.cancelExecution,
  }),
}));
