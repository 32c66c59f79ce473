import { type StepAction, stepActions } from './step-types/step-type.ts';

/** How long a plan is expected to run: under 10 seconds, under 30, or longer. */
export const slaClasses = ['FAST', 'MEDIUM', 'LONG'] as const;
export type SlaClass = (typeof slaClasses)[number];

/** Seconds that a step and an execution may run, and how often a step is begun. Waits and backoffs do not count. */
export type Limits = { stepSeconds: number; executionSeconds: number; attempts: number };

const limits: Record<SlaClass, Record<StepAction, Limits>> = {
  FAST: {
    READ: { stepSeconds: 5, executionSeconds: 10, attempts: 3 },
    MODIFY: { stepSeconds: 8, executionSeconds: 15, attempts: 3 },
    DEPLOY: { stepSeconds: 10, executionSeconds: 20, attempts: 3 },
  },
  MEDIUM: {
    READ: { stepSeconds: 15, executionSeconds: 30, attempts: 5 },
    MODIFY: { stepSeconds: 20, executionSeconds: 45, attempts: 5 },
    DEPLOY: { stepSeconds: 30, executionSeconds: 60, attempts: 5 },
  },
  LONG: {
    READ: { stepSeconds: 60, executionSeconds: 300, attempts: 3 },
    MODIFY: { stepSeconds: 120, executionSeconds: 600, attempts: 3 },
    DEPLOY: { stepSeconds: 300, executionSeconds: 1_800, attempts: 3 },
  },
};

/** What is taken first from the queue, unless the caller says otherwise. */
export const defaultPriority: Record<SlaClass, number> = { FAST: 1, MEDIUM: 5, LONG: 10 };

export function slaClass(estimatedSeconds: number): SlaClass {
  if (estimatedSeconds < 10) return 'FAST';
  return estimatedSeconds < 30 ? 'MEDIUM' : 'LONG';
}

export function limitsOf(sla: SlaClass, action: StepAction): Limits {
  return limits[sla][action];
}

/** What a plan amounts to: the strongest of what its steps do. */
export function strongest(actions: readonly StepAction[]): StepAction {
  return stepActions.findLast((action) => actions.includes(action)) ?? 'READ';
}
