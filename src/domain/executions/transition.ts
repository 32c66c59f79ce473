import type { StepWait } from '../../generated/prisma/enums.ts';
import type { ExecutionStatus, StepStatus } from './state.ts';

/** The reason for an end: a code for programs, and a sentence for people. */
export type Reason = { code: string; message: string };

/** Why a holder stops before the plan's end. A lost lease is none of these: its holder decides nothing any more. */
export type StopReason = 'CANCELLED' | 'TIME_LIMIT' | 'FORBIDDEN' | 'SHUTDOWN';

/** A step's change of status, with what it leaves in the row. */
export type StepTransition = {
  position: number;
  from: StepStatus;
  to: StepStatus;
  attempt: number;
  waitsFor?: StepWait;
  /** From now, when a WAITING one goes on. */
  wakeMs?: number;
  output?: unknown;
  error?: Reason;
};

/** What is written at once: where steps go, and where the execution is after that. A RUNNING one may stay where it is. */
export type Transition = {
  from: ExecutionStatus;
  to: ExecutionStatus;
  steps: readonly StepTransition[];
  /** From now, when a WAITING one goes on. */
  wakeMs?: number;
  currentStep?: string | undefined;
  error?: Reason;
};

/** A step as far as decisions depend on it. */
export type StepState = {
  position: number;
  name: string;
  status: StepStatus;
  dependsOn: readonly string[];
  attempt: number;
  maxAttempts: number;
  replaySafe: boolean;
  /** Whether an attempt was ever begun. A shutdown takes back its attempt, and not that it ran. */
  hasRun: boolean;
  /** Whether nobody knows, or has said, how it ended. */
  isInDoubt: boolean;
  waitsFor: StepWait | null;
  /** On this process's monotonic clock, when a WAITING one goes on. */
  dueMs: number | null;
  /** Whether the attempt goes on after a wait that it asked for. */
  isResumed: boolean;
};

/** A step as SQL reads it: on the database's clock only durations are known. */
export type StepStateRow = Omit<StepState, 'dueMs' | 'isResumed'> & { wakeMs: number | null };

/** What a step has as its reason whose outcome nobody knows. */
export const outcomeUnknown = 'OUTCOME_UNKNOWN';

const isInDoubt = `"errorCode" IS NOT DISTINCT FROM '${outcomeUnknown}' AND resolution IS NULL`;

/** As SQL: the steps of an execution in the order of running, with more columns if need be. */
export function stepStates(executionId: string, more = ''): string {
  return `(SELECT json_agg(s ORDER BY s.position) FROM (
      SELECT position, name, status, "dependsOn", attempt, "maxAttempts", "replaySafe", "waitsFor",
        "startedAt" IS NOT NULL AS "hasRun", ${isInDoubt} AS "isInDoubt",
        extract(epoch FROM "wakeAt" - clock_timestamp()) * 1000 AS "wakeMs" ${more}
      FROM execution_step WHERE "executionId" = ${executionId}) s)`;
}

/** The state of a step whose row was read at `nowMs`. */
export function toStepState<R extends StepStateRow>({ wakeMs, ...row }: R, nowMs: number) {
  return { ...row, dueMs: wakeMs === null ? null : nowMs + wakeMs, isResumed: false };
}

/** The steps after these transitions. */
export function applyTransitions<S extends StepState>(
  steps: readonly S[],
  transitions: readonly StepTransition[],
  nowMs: number,
): S[] {
  return steps.map((step) => {
    const found = transitions.find(({ position }) => position === step.position);
    if (!found) return step;
    const { to: status, attempt, waitsFor = null, wakeMs, error } = found;
    const isRunning = status === 'RUNNING';
    return {
      ...{ ...step, status, attempt, waitsFor },
      hasRun: step.hasRun || isRunning,
      isInDoubt: error?.code === outcomeUnknown,
      isResumed: isRunning && attempt === step.attempt,
      dueMs: wakeMs === undefined ? null : nowMs + wakeMs,
    };
  });
}
