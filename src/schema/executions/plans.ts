import type { slaClasses } from '../../domain/executions/limits.ts';
import { type DescribedStepType, listStepTypes } from '../../domain/executions/list-step-types.ts';
import type { PlannedExecution, PlannedStep as PlannedStepShape } from '../../domain/executions/plan.ts';
import { previewExecution } from '../../domain/executions/preview-execution.ts';
import type { StepEffect as StepEffectShape, stepActions } from '../../domain/executions/step-types/step-type.ts';
import { call } from '../../resolvers/call.ts';
import { builder } from '../builder.ts';
import { SubmitExecutionInput } from './execution-inputs.ts';

const StepAction = builder.enumType('StepAction', {
  description: 'What a step does, from the weakest to the strongest.',
  values: {
    READ: { description: 'The step changes nothing.' },
    MODIFY: { description: 'The step changes something.' },
    DEPLOY: { description: 'The step deploys something.' },
  } satisfies Record<(typeof stepActions)[number], object>,
});

const SlaClass = builder.enumType('SlaClass', {
  description: 'How long a plan is expected to take. The limits of its steps depend on it.',
  values: {
    FAST: { description: 'Less than 10 seconds.' },
    MEDIUM: { description: 'Less than 30 seconds.' },
    LONG: { description: '30 seconds or more.' },
  } satisfies Record<(typeof slaClasses)[number], object>,
});

const StepEffect = builder.objectRef<StepEffectShape>('StepEffect').implement({
  permission: 'execution:read',
  description: 'What a step of a type does.',
  fields: (t) => ({
    action: t.expose('action', { type: StepAction, description: 'The action.' }),
    isReplaySafe: t.exposeBoolean('isReplaySafe', {
      description:
        'Whether the step can safely be run again when it is unknown if an earlier attempt was completed. `replaySafe` in the plan overrides it.',
    }),
    condition: t.exposeString('condition', {
      nullable: true,
      description: 'The inputs that have this effect, as a sentence. Null if all inputs have it.',
    }),
  }),
});

const StepType = builder.objectRef<DescribedStepType>('StepType').implement({
  permission: 'execution:read',
  description: 'A type of the steps of plans.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name that plans use, such as `http`.' }),
    description: t.exposeString('description', { description: 'What a step of this type does, and its output.' }),
    inputSchema: t.field({
      type: 'JSON',
      description:
        'The JSON Schema (2020-12) of the input. Submitting a plan checks more than the schema says, such as references to other steps.',
      resolve: ({ inputSchema }) => inputSchema,
    }),
    effects: t.field({
      type: [StepEffect],
      description: 'What steps of this type do. Which one it is depends on the input.',
      resolve: ({ effects }) => effects,
    }),
  }),
});

const PlannedStep = builder.objectRef<PlannedStepShape>('PlannedStep').implement({
  permission: 'execution:submit',
  description: 'A step as it would be run.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the step in the plan.' }),
    type: t.exposeString('type', { description: 'The type of the step, such as `http`.' }),
    input: t.field({
      type: 'JSON',
      description: 'The input as it was given. What looks like a credential is shown as `***`.',
      resolve: ({ input }) => input,
    }),
    action: t.expose('action', { type: StepAction, description: 'What the step does.' }),
    dependsOn: t.exposeStringList('dependsOn', {
      description: 'The names of the steps that must succeed before this step is run.',
    }),
    maxAttempts: t.exposeInt('maxAttempts', { description: 'The largest number of attempts.' }),
    timeoutSeconds: t.exposeFloat('timeoutSeconds', { description: 'The time limit of one attempt, in seconds.' }),
    isReplaySafe: t.exposeBoolean('replaySafe', {
      description: 'Whether the step can safely be run again when it is unknown if an earlier attempt was completed.',
    }),
  }),
});

const ExecutionPreview = builder.objectRef<PlannedExecution>('ExecutionPreview').implement({
  permission: 'execution:submit',
  description: 'What `submitExecution` would make of an input.',
  fields: (t) => ({
    plan: t.field({
      type: 'JSON',
      description: 'The plan as it would be stored. What looks like a credential is shown as `***`.',
      resolve: ({ plan }) => plan,
    }),
    steps: t.field({
      type: [PlannedStep],
      description: 'The steps, in the order in which they would be run.',
      complexity: { field: 1, multiplier: 10 },
      resolve: ({ steps }) => steps,
    }),
    action: t.expose('action', { type: StepAction, description: 'The strongest action of the steps.' }),
    slaClass: t.expose('slaClass', { type: SlaClass, description: 'How long the plan is expected to take.' }),
    priority: t.exposeInt('priority', { description: 'The priority from 1 to 10.' }),
    timeoutSeconds: t.exposeInt('timeoutSeconds', {
      description:
        'The time limit of the execution, in seconds. The time in the queue and the time of waiting do not count.',
    }),
  }),
});

builder.queryFields((t) => ({
  stepTypes: t.field({
    permission: 'execution:read',
    type: [StepType],
    nullable: true,
    description: 'The types that steps of plans can have, by name.',
    complexity: { field: 10, multiplier: 1 },
    resolve: (_, __, context) => listStepTypes(context),
  }),
  previewExecution: t.field({
    permission: 'execution:submit',
    type: ExecutionPreview,
    nullable: true,
    description:
      'What `submitExecution` would make of this input: the steps in the order of running, with their limits. Nothing is stored. Invalid input is refused in the same way.',
    args: { input: t.arg({ type: SubmitExecutionInput, required: true, description: 'The plan, and how to run it.' }) },
    resolve: call(previewExecution),
  }),
}));
