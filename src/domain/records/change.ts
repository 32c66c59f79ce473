import type pg from 'pg';
import { appendEvents } from '../../events/append.ts';
import type { PendingEvent } from '../../events/contract.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting, SystemActing } from './acting.ts';
import { checkKey, claimKey, type IdempotentCall, isKept, type Settled, storeOutcome } from './idempotency.ts';

/** One transaction that changes rows and records what it did. */
export type Change = {
  /** Runs prepared SQL in the transaction; `name` identifies the text. */
  query<R extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<R[]>;
  /** Records an event. Its row must be locked or written by now. */
  record(event: PendingEvent): void;
  readonly changeId: string;
  readonly now: Date;
};

const maxAttempts = 4;

/** Thrown by work that finds itself overtaken by another change where it cannot wait: it is tried again from its beginning. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError';
  /** PostgreSQL's for the same: a serialization failure. */
  readonly code = '40001';
}

/** What the events of a change say of its origin. */
type Author = Pick<Acting, 'app' | 'requestId'> & { tenantId: string; actorId: string | null };
type KeyedCall = IdempotentCall & { idempotencyKey: string; viewer: Acting['viewer'] };

/**
 * The one way the domain writes: rows and their events commit together, under one change id. With an idempotency key the
 * first result is kept and repeated, also when it was an error. A deadlock is tried again. After the commit the log's
 * readers are woken.
 */
export async function change<R extends object>(
  { app, viewer, requestId }: Acting,
  { idempotencyKey, ...call }: IdempotentCall,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  const author = { app, requestId, tenantId: viewer.tenantId, actorId: viewer.userId };
  const key = checkKey(idempotencyKey);
  return settle(author, key === null ? null : { ...call, idempotencyKey: key, viewer }, work);
}

/** A change on a member's behalf that no idempotency key can repeat: of a worker, or of a call that takes no key. */
export async function changeAsMember<R extends object>(
  { app, viewer, requestId }: Acting,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  return settle({ app, requestId, tenantId: viewer.tenantId, actorId: viewer.userId }, null, work);
}

/** What Errand does by itself: nobody's permission is asked, so the work must check that it is still wanted. */
export async function changeAsSystem<R extends object>(
  acting: SystemActing,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  return settle({ ...acting, actorId: null }, null, work);
}

async function settle<R extends object>(
  author: Author,
  call: KeyedCall | null,
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const settled = await attemptChange(author, call, work);
      if ('error' in settled) throw settled.error;
      return settled.result;
    } catch (error) {
      if (attempt === maxAttempts || !isRetryable(error)) throw error;
    }
  }
}

async function attemptChange<R extends object>(
  author: Author,
  call: KeyedCall | null,
  work: (tx: Change) => Promise<R>,
): Promise<Settled<R & { changeId: string }>> {
  const { app } = author;
  const client = await app.db.connect();
  const events: PendingEvent[] = [];
  const run = () => workAndRecord(author, client, events, work);
  let isBroken = false;
  try {
    await client.query('BEGIN');
    const settled = call ? await workOnce({ ...call, now: app.clock.now() }, client, run) : { result: await run() };
    await client.query('COMMIT');
    for (const event of events) app.counters.events.inc({ type: event.type });
    if (events.length > 0) app.hints.appended();
    return settled;
  } catch (error) {
    // A connection that cannot roll back is not given to anybody else.
    await client.query('ROLLBACK').catch(() => {
      isBroken = true;
    });
    throw error;
  } finally {
    client.release(isBroken);
  }
}

async function workAndRecord<R extends object>(
  { app, tenantId, actorId, requestId }: Author,
  client: pg.PoolClient,
  events: PendingEvent[],
  work: (tx: Change) => Promise<R>,
): Promise<R & { changeId: string }> {
  const changeId = newId();
  const now = app.clock.now();
  const result = await work({
    changeId,
    now,
    query: async (name, text, values) => (await client.query({ name, text, values: [...values] })).rows,
    record: (event) => events.push(event),
  });
  await appendEvents(client, { changeId, now, tenantId, actorId, requestId }, events);
  return { ...result, changeId };
}

/**
 * Runs the work once per key. The key's row is claimed in this transaction, so concurrent repeats wait for it. When the work
 * is refused, only the refusal is kept.
 */
async function workOnce<R>(
  key: KeyedCall & { now: Date },
  client: pg.PoolClient,
  run: () => Promise<R>,
): Promise<Settled<R>> {
  const first = await claimKey<R>(client, key);
  if (first) return first;
  await client.query('SAVEPOINT work');
  let settled: Settled<R>;
  try {
    settled = { result: await run() };
  } catch (error) {
    if (!(error instanceof AppError) || !isKept(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT work');
    settled = { error };
  }
  await storeOutcome(client, key, settled);
  return settled;
}

/** Deadlock or serialization failure: nothing happened, and trying again may succeed. */
function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40P01' || code === '40001';
}
