import { excerpt } from '../../shared/validate.ts';

/** The number of attempts, and the backoff after each failed attempt. */
export type RetryPolicy = { readonly maxAttempts: number; backoffMs(attempts: number): number };

/** Why an attempt failed. A final failure is not retried. */
export type Failure = { message: string; isFinal: boolean };

const maxMessageLength = 1_000;

/** The failure that is stored in the row. */
export function failureFrom({ message, isFinal }: Failure): Failure {
  return { message: excerpt(message, maxMessageLength), isFinal };
}

/** The outcome of an attempt: done, retry at `retryAt`, or dead. */
export type Outcome<F extends Failure = Failure> =
  | { kind: 'DONE' }
  | { kind: 'RETRY'; retryAt: Date; failure: F }
  | { kind: 'DEAD'; failure: F };

/** Gives external systems (mail servers, webhooks) time to recover: 1, 5 and 15 minutes. */
export const patientRetry: RetryPolicy = {
  maxAttempts: 4,
  backoffMs: (attempts) => ([1, 5, 15][attempts - 1] ?? 15) * 60_000,
};

/** Whether the maximum number of attempts is reached. */
export function isExhausted({ maxAttempts }: RetryPolicy, attempts: number): boolean {
  return attempts >= maxAttempts;
}

/** The outcome after a failure of the attempt with number `attempts`. */
export function afterFailure<F extends Failure>(
  policy: RetryPolicy,
  { attempts, failure, now }: { attempts: number; failure: F; now: Date },
): Outcome<F> {
  if (failure.isFinal || isExhausted(policy, attempts)) return { kind: 'DEAD', failure };
  return { kind: 'RETRY', retryAt: new Date(now.getTime() + policy.backoffMs(attempts)), failure };
}

/**
 * Doubles with each attempt, plus up to a quarter at random, so that simultaneous failures are not retried
 * simultaneously.
 */
export function exponentialMs(attempts: number, { baseMs, random }: { baseMs: number; random: number }): number {
  return Math.round(baseMs * 2 ** (attempts - 1) * (1 + random / 4));
}
