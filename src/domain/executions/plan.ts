import { z } from 'zod';
import { validate } from '../../shared/validate.ts';
import { type CheckedStep, checkPlan } from './check-plan.ts';
import { credentialFaults, type DividedPlan, divide } from './credentials/plan-credentials.ts';
import { defaultPriority, limitsOf, type SlaClass, slaClass, strongest } from './limits.ts';
import { dependencies, longestPath, orderSteps } from './plan-order.ts';
import type { Plan } from './plan-schema.ts';
import { referencesOf } from './step-types/references.ts';
import type { StepAction } from './step-types/step-type.ts';

const maxExecutionSeconds = 7 * 24 * 60 * 60;

/** A step with everything decided that its row needs; in the order of running. */
export type PlannedStep = {
  name: string;
  type: string;
  /** As it is stored and shown. */
  input: object;
  action: StepAction;
  dependsOn: string[];
  /** The names of the steps whose outputs it reads. */
  reads: string[];
  maxAttempts: number;
  timeoutSeconds: number;
  replaySafe: boolean;
};
/** A plan that was checked, as it was given and as it is stored, with its order and limits. */
export type PlannedExecution = {
  plan: unknown;
  divided: DividedPlan;
  steps: PlannedStep[];
  action: StepAction;
  slaClass: SlaClass;
  timeoutSeconds: number;
  priority: number;
};

/** The field of an input that has a plan. All its faults come with those of the other fields. */
export const planField = z.unknown().transform((plan, context): PlannedExecution => {
  const checked = checkPlan(plan);
  if ('faults' in checked) {
    for (const { path, message } of checked.faults) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  }
  const divided = divide(plan as Plan);
  for (const message of credentialFaults(divided)) context.addIssue({ code: 'custom', message });
  return { plan, divided, ...withLimits(divided, checked.steps) };
});

/** Checks a plan and decides its order and limits; the plan stays as it is. @throws AppError `INVALID_INPUT`. */
export function planExecution(plan: unknown): PlannedExecution {
  return validate(planField, plan, ['input', 'plan']);
}

function withLimits({ masked }: DividedPlan, steps: CheckedStep[]): Omit<PlannedExecution, 'plan' | 'divided'> {
  const estimated = steps.reduce((sum, step) => sum + (step.timeoutSeconds ?? step.stepType.estimatedSeconds), 0);
  const sla = slaClass(estimated);
  const waitsFor = dependencies(steps);
  const planned = steps.map((step, index) => {
    const { action, isReplaySafe } = step.stepType.effectOf(step.parsed);
    const limits = limitsOf(sla, action);
    return {
      name: step.name,
      type: step.type,
      input: masked.steps[index]?.input ?? {},
      action,
      dependsOn: (waitsFor[index] ?? []).flatMap((needed) => steps[needed]?.name ?? []),
      reads: [...new Set(referencesOf(step.stepType, step.input).map((reference) => reference.step))],
      maxAttempts: step.maxAttempts ?? limits.attempts,
      timeoutSeconds: step.timeoutSeconds ?? limits.stepSeconds,
      replaySafe: step.replaySafe ?? isReplaySafe,
    };
  });
  const action = strongest(planned.map((step) => step.action));
  const { order } = orderSteps(waitsFor);
  // Steps run one at a time, so those that are expected to take longer than the longest path need their time too.
  const neededSeconds = Math.max(longestPath(waitsFor, order, planned.map(secondsOf)), estimated);
  return {
    steps: order.flatMap((index) => planned[index] ?? []),
    action,
    slaClass: sla,
    timeoutSeconds: Math.min(
      Math.ceil(Math.max(limitsOf(sla, action).executionSeconds, neededSeconds)),
      maxExecutionSeconds,
    ),
    priority: defaultPriority[sla],
  };
}

/** Beside the attempt itself: to begin it and to write how it ended. */
const secondsAroundAttempt = 1;

/** What a step needs with all its attempts; one that is not replay-safe has a single attempt. */
function secondsOf({ timeoutSeconds, maxAttempts, replaySafe }: PlannedStep): number {
  return (timeoutSeconds + secondsAroundAttempt) * (replaySafe ? maxAttempts : 1);
}
