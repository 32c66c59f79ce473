import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { Viewer } from '../../auth/viewer.ts';
import type { Transaction } from '../../infra/postgres/transaction.ts';
import { AppError, conflict, type ErrorCode, type FieldFault, invalidInput } from '../../shared/errors.ts';
import { isLongerThan, type Maximum } from '../../shared/maximum.ts';
import { parseOutcomeJson, toOutcomeJson } from '../../shared/outcome-json.ts';

/** The operation and the input that belong to an idempotency key. */
export type IdempotentCall = { operation: string; input: unknown; idempotencyKey?: string | null };

type KeyedCall = { operation: string; input: unknown; idempotencyKey: string; viewer: Viewer; now: Date };

/** The outcome of a call: a result or an error. */
export type CallOutcome<R> = { result: R } | { error: AppError };

/** An ending as it is stored. */
type Outcome<R> = { result: R } | { error: { code: ErrorCode; message: string; fields?: FieldFault[] } };

/** How long the first result is stored. */
const keptMs = 24 * 60 * 60 * 1000;

/**
 * Temporary errors are not stored: the same call may succeed later. Within a change, `QUERY_TOO_EXPENSIVE` says that a
 * read was stopped by its time limit, which depends on the load.
 */
const passing: readonly ErrorCode[] = ['RATE_LIMITED', 'QUERY_TOO_EXPENSIVE', 'UNAVAILABLE', 'INTERNAL'];

/** The maximum length of an idempotency key. */
export const keyLength: Maximum = { max: 200, message: 'An idempotency key must have 1 to 200 characters.' };

/** The validated key of a call, or null without one. @throws AppError `INVALID_INPUT`. */
export function checkKey(key: string | null | undefined): string | null {
  if (key == null) return null;
  if (key !== '' && !isLongerThan(key, keyLength.max)) return key;
  throw invalidInput([{ path: ['idempotencyKey'], message: keyLength.message }]);
}

const reserve = `
  INSERT INTO idempotency_key ("tenantId", "actorId", key, "inputHash", "expiresAt") VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ("tenantId", "actorId", key) DO UPDATE
    SET "inputHash" = excluded."inputHash", outcome = NULL, "expiresAt" = excluded."expiresAt"
    WHERE idempotency_key."expiresAt" <= $6
  RETURNING key`;

/**
 * Reserves the key for this transaction and waits for a concurrent holder of the same key. @returns the outcome of the
 * first call, or null if this is the first call. @throws AppError `CONFLICT` if the key was used with another operation
 * or input.
 */
export async function reserveKey<R>(tx: Transaction, call: KeyedCall): Promise<CallOutcome<R> | null> {
  const inputHash = hashInput(call);
  const expiresAt = new Date(call.now.getTime() + keptMs);
  const reserved = await tx.query({
    name: 'reserve-idempotency-key',
    text: reserve,
    values: [call.viewer.tenantId, call.viewer.userId, call.idempotencyKey, inputHash, expiresAt, call.now],
  });
  if (reserved.length > 0) return null;
  const [first] = await tx.query<{ inputHash: string; outcome: string }>({
    name: 'read-idempotency-key',
    text: `SELECT "inputHash", outcome::text FROM idempotency_key WHERE "tenantId" = $1 AND "actorId" = $2 AND key = $3`,
    values: [call.viewer.tenantId, call.viewer.userId, call.idempotencyKey],
  });
  if (!first) throw new AppError('UNAVAILABLE', 'The idempotency key has just expired. Send the request again.');
  if (first.inputHash !== inputHash) {
    throw conflict('This idempotencyKey was used with another operation or input. Use a new key for a new call.');
  }
  const outcome = parseOutcomeJson<Outcome<R>>(first.outcome);
  if ('result' in outcome) return outcome;
  return { error: new AppError(outcome.error.code, outcome.error.message, outcome.error) };
}

/** Whether an error is stored as the result. */
export function isKept(error: AppError): boolean {
  return !passing.includes(error.code);
}

/** Stores the outcome of the call in the transaction of its work. */
export async function storeOutcome(
  tx: Pick<Transaction, 'write'>,
  call: KeyedCall,
  ended: CallOutcome<unknown>,
): Promise<void> {
  const outcome: Outcome<unknown> =
    'result' in ended
      ? ended
      : { error: { code: ended.error.code, message: ended.error.message, fields: ended.error.fields } };
  await tx.write({
    name: 'store-idempotent-outcome',
    text: `UPDATE idempotency_key SET outcome = $4 WHERE "tenantId" = $1 AND "actorId" = $2 AND key = $3`,
    values: [call.viewer.tenantId, call.viewer.userId, call.idempotencyKey, toOutcomeJson(outcome)],
  });
}

function hashInput({ operation, input }: KeyedCall): string {
  return createHash('sha256')
    .update(`${operation}\n${stringify(input)}`)
    .digest('hex');
}
