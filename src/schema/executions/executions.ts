import { cancelExecution } from '../../domain/executions/cancel-execution.ts';
import { listExecutions, readExecution } from '../../domain/executions/read-executions.ts';
import { byId, call } from '../../resolvers/call.ts';
import { connection } from '../../resolvers/connection.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { pageCost, pageOf } from '../connection.ts';
import { User } from '../members/users.ts';
import { Execution, ExecutionStatusType } from './execution-types.ts';

const ExecutionFilter = builder.inputType('ExecutionFilter', {
  description: 'Conditions for executions. An execution matches if all given conditions hold.',
  fields: (t) => ({
    statuses: t.field({ type: [ExecutionStatusType], description: 'The execution has one of these statuses.' }),
    submitterId: t.id({ for: User, description: 'The execution was submitted by the user with this id.' }),
  }),
});

builder.queryFields((t) => ({
  execution: t.field({
    permission: 'execution:read',
    type: Execution,
    nullable: true,
    description: 'Finds an execution by its id. Null, with a NOT_FOUND error, if it does not exist.',
    args: { id: t.arg.id({ for: Execution, required: true, description: 'The id of the execution.' }) },
    resolve: byId(readExecution),
  }),
  executions: t.connection(
    {
      permission: 'execution:read',
      type: Execution,
      nullable: true,
      description:
        'The executions of your tenant, the newest first. A page has 50 executions by default and at most 200.',
      args: {
        filter: t.arg({ type: ExecutionFilter, description: 'Returns only executions that match this filter.' }),
      },
      complexity: pageCost,
      resolve: connection(listExecutions),
    },
    ...pageOf('Execution', 'executions'),
  ),
}));

const CancelExecutionPayload = payload('cancelExecution', {
  execution: {
    type: Execution,
    description: 'The execution. It may still be RUNNING, until its worker has stopped it.',
  },
});

builder.mutationFields((t) => ({
  cancelExecution: t.field({
    permission: 'execution:submit',
    type: CancelExecutionPayload,
    description:
      'Cancels an execution: the running step is aborted and later steps are skipped. Cancelling it again has no effect. CONFLICT if it has already ended.',
    args: {
      id: t.arg.id({ for: Execution, required: true, description: 'The id of the execution.' }),
      ...idempotencyKey,
    },
    resolve: call(cancelExecution),
  }),
}));
