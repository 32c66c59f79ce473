import { z } from 'zod';
import { type FieldFault, invalidInput } from '../../shared/errors.ts';
import type { Maximum } from '../../shared/maximum.ts';
import { parsedBy, validate } from '../../shared/validate.ts';
import { defaultPriority, limitsOf, slaClass, strongest } from './limits.ts';
import { dependencies, dependsOnStep, orderSteps } from './plan-order.ts';
import { findStepType, stepTypeNames } from './step-types/index.ts';
import type { StepType } from './step-types/step-type.ts';

/** The maximum length of a plan as JSON. */
export const planLength: Maximum = { max: 256 * 1024, message: 'A plan can have at most 256 KiB.' };
const maxExecutionSeconds = 7 * 24 * 60 * 60;

const stepSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\p{L}\p{N}_][\p{L}\p{N} ._-]{0,63}$/u,
      'A name must have 1 to 64 characters: letters, digits, spaces, dots, hyphens and underscores.',
    ),
  type: z.string(),
  input: z.record(z.string(), z.unknown()).default({}),
  dependsOn: z.array(z.string()).max(100).optional(),
  timeoutSeconds: z.number().positive().max(86_400, 'The time limit of a step can be at most one day.').optional(),
  maxAttempts: z.int().min(1).max(10, 'A step can have at most 10 attempts.').optional(),
  replaySafe: z.boolean().optional(),
});
const planSchema = z.strictObject({
  steps: z
    .array(stepSchema)
    .min(1, 'A plan must have at least one step.')
    .max(100, 'A plan can have at most 100 steps.'),
});
/** A plan as it was submitted and is stored. */
export type Plan = z.input<typeof planSchema>;
type Step = z.output<typeof stepSchema>;
/** A step of a plan with its type and its parsed input. */
type TypedStep = Step & { stepType: StepType; parsed: unknown };

/** A step with everything decided that its row needs; in the order of running. */
export type PlannedStep = {
  name: string;
  type: string;
  dependsOn: string[];
  maxAttempts: number;
  timeoutSeconds: number;
  replaySafe: boolean;
};
export type PlannedExecution = { steps: PlannedStep[]; timeoutSeconds: number; priority: number };

const at = ['input', 'plan'];

/** Checks a plan and decides its order and limits; the plan stays as it is. @throws AppError `INVALID_INPUT`. */
export function planExecution(plan: unknown): PlannedExecution {
  const { steps } = validate(planSchema, plan, at);
  refuse(nameFaults(steps));
  const typed = typeSteps(steps);
  const ordered = orderSteps(steps);
  if ('cycle' in ordered) throw cycleFault(ordered.cycle);
  refuse(typed.flatMap((step, index) => referenceFaults(steps, step, index)));
  return withLimits(typed, ordered.order);
}

function withLimits(steps: TypedStep[], order: number[]): PlannedExecution {
  const estimated = steps.reduce((sum, step) => sum + (step.timeoutSeconds ?? step.stepType.estimatedSeconds), 0);
  const sla = slaClass(estimated);
  const actions = steps.map(({ stepType, parsed }) => stepType.action(parsed));
  const waitsFor = dependencies(steps);
  const planned = steps.map((step, index) => {
    const limits = limitsOf(sla, actions[index] ?? 'DEPLOY');
    return {
      name: step.name,
      type: step.type,
      dependsOn: waitsFor[index] ?? [],
      maxAttempts: step.maxAttempts ?? limits.attempts,
      timeoutSeconds: step.timeoutSeconds ?? limits.stepSeconds,
      replaySafe: step.replaySafe ?? step.stepType.isReplaySafe(step.parsed),
    };
  });
  const { executionSeconds } = limitsOf(sla, strongest(actions));
  return {
    steps: order.flatMap((index) => planned[index] ?? []),
    // Who gives single steps more time than the class has means the whole to have it too.
    timeoutSeconds: Math.min(Math.ceil(Math.max(executionSeconds, estimated)), maxExecutionSeconds),
    priority: defaultPriority[sla],
  };
}

function typeSteps(steps: readonly Step[]): TypedStep[] {
  const faults: FieldFault[] = [];
  const typed = steps.flatMap((step, index) => {
    const stepType = findStepType(step.type);
    if (!stepType) {
      const message = `There is no step type "${step.type}". Use one of ${stepTypeNames.join(', ')}.`;
      faults.push({ path: [...at, 'steps', index, 'type'], message });
      return [];
    }
    const place = [...at, 'steps', index, 'input'];
    const parsed = parsedBy(stepType.schema, step.input);
    if ('data' in parsed) return [{ ...step, stepType, parsed: parsed.data }];
    faults.push(...parsed.faults.map(({ path, message }) => ({ path: [...place, ...path], message })));
    return [];
  });
  refuse(faults);
  return typed;
}

function nameFaults(steps: readonly Step[]): FieldFault[] {
  const names = steps.map(({ name }) => name);
  return steps.flatMap(({ name, dependsOn = [] }, index) => {
    const place = [...at, 'steps', index];
    const repeated = names.indexOf(name) < index;
    return [
      ...(repeated ? [{ path: [...place, 'name'], message: `Another step has the name "${name}".` }] : []),
      ...dependsOn.flatMap((needed, n) =>
        names.includes(needed) ? [] : [{ path: [...place, 'dependsOn', n], message: `There is no step "${needed}".` }],
      ),
    ];
  });
}

/** What a step refers to must have run before it. */
function referenceFaults(steps: readonly Step[], { stepType, parsed }: TypedStep, index: number): FieldFault[] {
  return (stepType.references?.(parsed) ?? []).flatMap(({ step, path }) =>
    dependsOnStep(steps, index, step)
      ? []
      : [
          {
            path: [...at, 'steps', index, 'input', ...path],
            message: `This step does not depend on the step "${step}".`,
          },
        ],
  );
}

function cycleFault(cycle: string[]) {
  const message = `These steps depend on each other: ${cycle.join(' → ')}. A step without dependsOn depends on the step before it.`;
  return invalidInput([{ path: [...at, 'steps'], message }]);
}

function refuse(faults: FieldFault[]): void {
  if (faults.length > 0) throw invalidInput(faults);
}
