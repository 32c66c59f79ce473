import { submitExecution } from '../../domain/executions/submit-execution.ts';
import {
  type Refusal,
  type SubmissionResult as SubmissionResultShape,
  submissionCount,
  submitExecutions,
} from '../../domain/executions/submit-executions.ts';
import { call } from '../../resolvers/call.ts';
import type { FieldFault } from '../../shared/errors.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { SubmitExecutionInput } from './execution-inputs.ts';
import { Execution } from './execution-types.ts';

const SubmitExecutionPayload = payload('submitExecution', {
  execution: { type: Execution, description: 'The execution.' },
  deduplicated: {
    type: 'Boolean',
    description: 'Whether `execution` is an earlier execution of the same plan instead of a new one.',
  },
});

const FieldFaultType = builder.objectRef<FieldFault>('FieldFault').implement({
  permission: null,
  description: 'An invalid value of the input.',
  fields: (t) => ({
    path: t.stringList({
      description: 'The path of the value from the arguments of the operation, such as `["inputs", "3", "plan"]`.',
      resolve: ({ path }) => path.map(String),
    }),
    message: t.exposeString('message', { description: 'What is wrong, for people.' }),
  }),
});

const SubmissionRefusal = builder.objectRef<Refusal>('SubmissionRefusal').implement({
  permission: null,
  description: 'The reason why an execution was not submitted.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The error code, as in `extensions.code` of `submitExecution`.' }),
    message: t.exposeString('message', { description: 'An explanation for people.' }),
    fields: t.field({
      type: [FieldFaultType],
      description: 'The invalid values, at most 20 of them.',
      resolve: ({ fields = [] }) => fields,
    }),
  }),
});

const SubmissionResult = builder.objectRef<SubmissionResultShape>('SubmissionResult').implement({
  permission: null,
  description: 'The result of `submitExecutions` for one of the inputs.',
  fields: (t) => ({
    execution: t.expose('execution', {
      type: Execution,
      nullable: true,
      description: 'The execution. Null if the input was refused.',
    }),
    deduplicated: t.exposeBoolean('deduplicated', {
      description: 'Whether `execution` is an earlier execution of the same plan instead of a new one.',
    }),
    refusal: t.expose('refusal', {
      type: SubmissionRefusal,
      nullable: true,
      description: 'Why the input was refused. Null if it was not.',
    }),
  }),
});

const SubmitExecutionsPayload = payload('submitExecutions', {
  results: { type: [SubmissionResult], description: 'The result for each of the inputs, in the same order.' },
});

builder.mutationFields((t) => ({
  submitExecution: t.field({
    permission: 'execution:submit',
    type: SubmitExecutionPayload,
    description:
      'Submits a plan for execution. If you submitted the same plan before and it is running or has succeeded within the last 24 hours, that execution is returned instead, unless `allowDuplicate` is true or an `idempotencyKey` is given.',
    args: {
      input: t.arg({ type: SubmitExecutionInput, required: true, description: 'The plan to run.' }),
      ...idempotencyKey,
    },
    resolve: call(submitExecution),
  }),
  submitExecutions: t.field({
    permission: 'execution:submit',
    type: SubmitExecutionsPayload,
    description:
      'Submits up to 500 plans for execution, each as `submitExecution` does. An input that is invalid is refused alone; the others are submitted.',
    args: {
      inputs: t.arg({
        type: [SubmitExecutionInput],
        required: true,
        maxItems: submissionCount,
        description: 'The plans to run, at most 500. `waitSeconds` cannot be used.',
      }),
      ...idempotencyKey,
    },
    complexity: ({ inputs }) => ({ field: 1, multiplier: Math.max(inputs.length, 1) }),
    resolve: call(submitExecutions),
  }),
}));
