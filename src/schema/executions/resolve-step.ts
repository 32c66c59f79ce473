import { outputLength, resolveStep } from '../../domain/executions/resolve-step.ts';
import { call } from '../../resolvers/call.ts';
import { retryOf } from '../../resolvers/executions/executions.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { Execution, ExecutionStep, StepResolutionType } from './execution-types.ts';

const ResolveStepInput = builder.inputType('ResolveStepInput', {
  description: 'How a step ended whose outcome was unknown.',
  fields: (t) => ({
    stepId: t.id({ for: ExecutionStep, required: true, description: 'The id of the step.' }),
    resolution: t.field({ type: StepResolutionType, required: true, description: 'How the step ended.' }),
    output: t.field({
      type: 'JSON',
      maxLength: outputLength,
      description: 'The output of the step, for the steps that use it. Only with SUCCEEDED. By default, it is null.',
    }),
  }),
});

const ResolveStepPayload = payload('resolveStep', {
  step: { type: ExecutionStep, description: 'The step, whose status stays FAILED.' },
  retry: {
    type: Execution,
    nullable: true,
    description:
      'The new execution that runs the rest of the plan. Null if the step failed, or if the execution did not end because of it.',
  },
});

builder.objectField(Execution, 'retryOf', (t) =>
  t.field({
    type: Execution,
    nullable: true,
    description:
      'The execution that this one continues: what ended there is not run again. Null if there is none, or if it was deleted.',
    resolve: retryOf,
  }),
);

builder.mutationField('resolveStep', (t) =>
  t.field({
    permission: 'execution:submit',
    type: ResolveStepPayload,
    description:
      'Says how a step with the error OUTCOME_UNKNOWN ended, after you checked it. If it succeeded, a new execution keeps what succeeded and runs the steps that were skipped because of it. CONFLICT if the execution has not ended, or if the outcome of the step is known.',
    args: {
      input: t.arg({ type: ResolveStepInput, required: true, description: 'The step and how it ended.' }),
      ...idempotencyKey,
    },
    resolve: call(resolveStep),
  }),
);
