import type { z } from 'zod';
import type { Egress } from '../../../infra/http/egress.ts';

/** What a step does with the world; the limits and approvals of a plan follow from it. From the weakest to the strongest. */
export const stepActions = ['READ', 'MODIFY', 'DEPLOY'] as const;
export type StepAction = (typeof stepActions)[number];

/** What a step does, and when. */
export type StepEffect = {
  action: StepAction;
  /** Whether it may be run again when nobody knows if it has run. */
  isReplaySafe: boolean;
  /** Which inputs have this effect, as a sentence; null for all. */
  condition: string | null;
};

/** The effect of a step that only looks. */
export const reading: StepEffect = { action: 'READ', isReplaySafe: true, condition: null };

/** Another step that an input refers to, and where in the input. */
export type StepReference = { step: string; path: (string | number)[] };

/**
 * All that a step acts through, and the only way for it to reach anything but its input. What more step types need of
 * Errand (to write changes as the submitter, secrets, leases of assets) is added here and in `openPort`, for all alike.
 */
export type StepPort = {
  /** Aborts at the time limit, on cancellation, and when the lease is lost. What ignores it is cut off. */
  signal: AbortSignal;
  /** Appends to the log of the execution. It does nothing after the attempt has ended. */
  log: (text: string) => void;
  /** The outputs of the steps that the input refers to, by name. */
  outputs: ReadonlyMap<string, unknown>;
  /** Equal in every attempt of this step, and used by no other step. */
  idempotencyKey: string;
  /** Whether the wait that this attempt asked for is over. */
  isResumed: boolean;
  /** Which addresses it may connect to. */
  egress: Egress;
  /** On whose behalf it acts. */
  tenantId: string;
};

/** What a step can wait for without holding a worker. Each kind is also one of the column `waitsFor`. */
export type Wait = { kind: 'TIMER'; seconds: number };

/** How an attempt ended well: with an output, or to be resumed when a wait is over. */
export type StepResult = { output: unknown } | { wait: Wait };

/** One kind of step. `I` is its input after parsing. */
export type StepType<I = unknown> = {
  /** What it does, for those who write plans. */
  description: string;
  /** Unknown fields are refused: a misspelt one must not be ignored. Each field has a description, which the API shows. */
  schema: z.ZodType<I>;
  /** Every effect that a step of this type can have. */
  effects: readonly StepEffect[];
  /** Which of its effects a step with this input has. */
  effectOf(input: I): StepEffect;
  /** How long it usually runs, not counting waits. */
  estimatedSeconds: number;
  /** Where an input names other steps whose outputs it uses, such as `['checks', '*', 'step']`; `*` is every entry. */
  references?: readonly (readonly string[])[];
  /** @throws StepFailure when the work failed; anything else thrown is a fault of Errand. */
  run(input: I, port: StepPort): Promise<StepResult>;
};

type FailureDetails = { isRetryable?: boolean; retryAfterMs?: number | undefined; cause?: unknown };

/**
 * A step's own failure. `isRetryable` says that another attempt may succeed; `retryAfterMs`, that it will not before, as
 * the other side said.
 */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly code: string;
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, { isRetryable = false, retryAfterMs, cause }: FailureDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.isRetryable = isRetryable;
    this.retryAfterMs = retryAfterMs;
  }
}
