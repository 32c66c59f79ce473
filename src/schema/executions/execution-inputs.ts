import { planLength } from '../../domain/executions/plan-schema.ts';
import { builder } from '../builder.ts';

/** How a plan is submitted, and previewed. */
export const SubmitExecutionInput = builder.inputType('SubmitExecutionInput', {
  description: 'The plan to run, and how to run it.',
  fields: (t) => ({
    plan: t.field({
      type: 'JSON',
      required: true,
      maxLength: planLength,
      description:
        'The plan, as `{ "steps": [{ "name", "type", "input", "dependsOn", "timeoutSeconds", "maxAttempts", "replaySafe" }] }`. The input of a step depends on its type; see `stepTypes`. A step runs when all steps in `dependsOn` have succeeded; without `dependsOn`, it runs after the step before it.',
    }),
    priority: t.int({
      description:
        'The priority from 1 to 10. Executions with a lower number are started first. By default, it depends on the estimated duration of the plan: the shorter the plan, the lower the number. A number from 1 to 3 that is lower than the default requires `execution:prioritize`.',
    }),
    runAt: t.field({
      type: 'DateTime',
      description:
        'When the execution is started at the earliest. Until then, its status is WAITING. A time in the past means at once, which is the default.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'If the execution has not been started by then, it ends without running: its status is TIMED_OUT and the code of its error is EXPIRED. By default, it does not expire.',
    }),
    waitSeconds: t.float({
      description:
        'The number of seconds to wait for the end of the execution, at most 20. If it ends in time, the payload has its final state. By default, the mutation does not wait.',
    }),
    allowDuplicate: t.boolean({
      description:
        'Whether to run the plan even if you submitted the same plan before, for the same `runAt`, and it is running or has succeeded within the last 24 hours. False by default.',
    }),
  }),
});
