import type pg from 'pg';
import { changedAccess } from '../../events/access-events.ts';
import { appendEvents } from '../../events/append.ts';
import type { PendingEvent } from '../../events/contract.ts';
import { Transaction } from '../../infra/postgres/transaction.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting, SystemActing } from './acting.ts';
import { type CallOutcome, checkKey, type IdempotentCall, isKept, reserveKey, storeOutcome } from './idempotency.ts';

/** One transaction that writes rows and records their events. */
export type Change = {
  /** Runs prepared SQL in the transaction and waits for its rows; `name` identifies the text. */
  query<R extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<R[]>;
  /** The same for SQL whose rows nobody needs. It is sent with the next query or with the commit. */
  write(name: string, text: string, values: readonly unknown[]): Promise<void>;
  /** Records an event. Its row must already be locked or written. */
  record(event: PendingEvent): void;
  readonly changeId: string;
  readonly now: Date;
};

const maxAttempts = 4;

/** Thrown by work that was overtaken by another change and cannot wait for it: the change starts again. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError';
  /** The SQLSTATE of a serialization failure. */
  readonly code = '40001';
}

/** The input of an operation, and the idempotency key of the call. */
export type Keyed<I> = { input: I; idempotencyKey?: string | null };

/** The origin of a change, which its events contain. */
type Author = Pick<Acting, 'app' | 'requestId'> & { tenantId: string; actorId: string | null };
type KeyedCall = IdempotentCall & { idempotencyKey: string; viewer: Acting['viewer'] };

/**
 * All writes of the domain use this function: rows and their events commit together, under one change id. With an
 * idempotency key, the first result is stored and returned again, even if it was an error. A deadlock is retried. After
 * the commit, the readers of the log are woken.
 */
export async function change<R extends object>(
  { app, viewer, requestId }: Acting,
  { idempotencyKey, ...call }: IdempotentCall,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  const author = { app, requestId, tenantId: viewer.tenantId, actorId: viewer.userId };
  const key = checkKey(idempotencyKey);
  return commitWithRetries(author, key === null ? null : { ...call, idempotencyKey: key, viewer }, work);
}

/** A change on behalf of a member without an idempotency key: by a worker, or by a call that accepts no key. */
export async function changeAsMember<R extends object>(
  { app, viewer, requestId }: Acting,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  return commitWithRetries({ app, requestId, tenantId: viewer.tenantId, actorId: viewer.userId }, null, work);
}

/** A change by Errand itself: no permission is checked, so the work must check that it is still required. */
export async function changeAsSystem<R extends object>(
  acting: SystemActing,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  return commitWithRetries({ ...acting, actorId: null }, null, work);
}

async function commitWithRetries<R extends object>(
  author: Author,
  call: KeyedCall | null,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const outcome = await attemptChange(author, call, work);
      if ('error' in outcome) throw outcome.error;
      return outcome.result;
    } catch (error) {
      if (attempt === maxAttempts || !isRetryable(error)) throw error;
    }
  }
}

async function attemptChange<R extends object>(
  author: Author,
  call: KeyedCall | null,
  work: (tx: Change) => Promise<R>,
): Promise<CallOutcome<R & { changeId: string }>> {
  const { app, tenantId } = author;
  const events: PendingEvent[] = [];
  await using tx = new Transaction(() => app.tenants.connect(tenantId));
  const run = () => workAndRecord(author, tx, events, work);
  const outcome = call ? await workOnce({ ...call, now: app.clock.now() }, tx, run) : { result: await run() };
  await tx.commit();
  if (!('error' in outcome)) announce(app, events);
  return outcome;
}

async function workAndRecord<R extends object>(
  { app, tenantId, actorId, requestId }: Author,
  tx: Transaction,
  events: PendingEvent[],
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  const changeId = newId();
  const now = app.clock.now();
  const result = await work({
    changeId,
    now,
    query: (name, text, values) => tx.query({ name, text, values }),
    write: (name, text, values) => tx.write({ name, text, values }),
    record: (event) => events.push(event),
  });
  await appendEvents(tx, { changeId, now, tenantId, actorId, requestId }, events);
  return { ...result, changeId };
}

/** Ends what this process remembers of whose rights have changed, before the caller is answered; wakes the readers of the log. */
function announce({ counters, hints }: Author['app'], events: readonly PendingEvent[]): void {
  if (events.length === 0) return;
  for (const { type } of events) counters.events.inc({ type });
  const ids = changedAccess(events);
  if (ids.length > 0) hints.accessChanged(ids);
  hints.appended();
}

/**
 * Runs the work once per key. The key's row is claimed in this transaction, so concurrent repeats wait for it. When the work
 * is refused, only the refusal is kept.
 */
async function workOnce<R>(
  key: KeyedCall & { now: Date },
  tx: Transaction,
  run: () => Promise<R>,
): Promise<CallOutcome<R>> {
  const first = await reserveKey<R>(tx, key);
  if (first) return first;
  const outcome = await outcomeOf(() => tx.attempt(run));
  await storeOutcome(tx, key, outcome);
  return outcome;
}

async function outcomeOf<R>(run: () => Promise<R>): Promise<CallOutcome<R>> {
  try {
    return { result: await run() };
  } catch (error) {
    if (error instanceof AppError && isKept(error)) return { error };
    throw error;
  }
}

/** Deadlock or serialization failure: nothing was written, and a retry may succeed. */
function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40P01' || code === '40001';
}
