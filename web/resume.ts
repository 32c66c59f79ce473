/**
 * A subscription that survives lost connections: it goes on behind the last result that was delivered, with nothing
 * missed and nothing twice. For Node.js and browsers, on a client of `graphql-ws`; it imports nothing at run time.
 *
 * ```ts
 * const client = createClient({ url, connectionParams, retryAttempts: 0 });
 * const leave = resumingSubscription(
 *   client,
 *   { query: 'subscription ($after: String) { taskChanged(after: $after) { __typename ... } }' },
 *   {
 *     next: ({ data }) => show(data),
 *     onResync: () => readEverythingAgain(),
 *     error: (reason) => signOut(reason),
 *   },
 * );
 * ```
 *
 * The operation takes its cursor in the variable `$after`. Give the client `retryAttempts: 0`, so that this helper
 * alone decides when to connect again; a client that retries by itself resumes correctly too.
 */
import type { FormattedExecutionResult } from 'graphql';
import type { Client } from 'graphql-ws';

export type ResumableOperation = {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
  /** Where to start: a cursor of `eventCursor` or of an earlier result. Without one it starts now. */
  after?: string | null;
};

export type ResumingSink<Data> = {
  next(result: FormattedExecutionResult<Data>): void;
  /** It ended for good: a close event with code 4401, 4403 or 4429, or the errors that the operation itself met. */
  error(reason: unknown): void;
  /** The server ended it, or it was left. */
  complete?(): void;
  /** The cursor could not be resumed: read the state again. The subscription goes on by itself. */
  onResync?(result: FormattedExecutionResult<Data>): void;
  /** The connection was lost; the subscription goes on behind `cursor` in `waitMs`. */
  onReconnect?(state: { cursor: string | null; waitMs: number; reason: unknown }): void;
};

export type ResumingOptions = { firstWaitMs?: number; maxWaitMs?: number };

/** Subscribes, and subscribes again behind the last result whenever the connection is lost. @returns what leaves it. */
export function resumingSubscription<Data = Record<string, unknown>>(
  client: Pick<Client, 'subscribe' | 'on'>,
  { query, operationName, variables, after = null }: ResumableOperation,
  sink: ResumingSink<Data>,
  { firstWaitMs = 200, maxWaitMs = 30_000 }: ResumingOptions = {},
): () => void {
  let cursor = after;
  let failures = 0;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = () => {};

  // The client writes the operation anew each time it sends it, so one that it sends again by itself resumes as well.
  const operation = {
    query,
    operationName,
    get variables() {
      return { ...variables, after: cursor };
    },
  };

  // A client that retries takes 4403 for something that passes.
  const stopListening = client.on('closed', (event) => {
    if (isFinal(event)) end(() => sink.error(event));
  });

  function end(tell: () => void): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    stopListening();
    unsubscribe();
    tell();
  }

  function again(reason: unknown): void {
    if (isOver) return;
    const wait = Math.min(maxWaitMs, firstWaitMs * 2 ** failures);
    // Half of it by chance, so that the clients of a server that went away do not come back all at once.
    const waitMs = Math.max(wait / 2 + (Math.random() * wait) / 2, retryAfterMs(reason));
    failures += 1;
    sink.onReconnect?.({ cursor, waitMs, reason });
    timer = setTimeout(subscribe, waitMs);
  }

  function subscribe(): void {
    let retryReason: unknown = null;
    unsubscribe = client.subscribe<Data, { cursor?: string }>(operation, {
      next(result) {
        if (isOver) return;
        if (result.errors && !result.data) {
          if (isPassing(result.errors)) retryReason = result.errors;
          else end(() => sink.error(result.errors));
          return;
        }
        failures = 0;
        cursor = result.extensions?.cursor ?? cursor;
        if (isResync(result.data)) sink.onResync?.(result);
        sink.next(result);
      },
      error(reason) {
        const isLost = isCloseEvent(reason) ? !isFinal(reason) : !Array.isArray(reason) || isPassing(reason);
        if (isLost) again(reason);
        else end(() => sink.error(reason));
      },
      complete() {
        if (retryReason) again(retryReason);
        else end(() => sink.complete?.());
      },
    });
  }

  subscribe();
  return () => end(() => sink.complete?.());
}

type CloseLike = { code: number; reason: string };

function isCloseEvent(value: unknown): value is CloseLike {
  return typeof value === 'object' && value !== null && 'code' in value && 'reason' in value;
}

/** Connecting again would end the same way: not signed in, not allowed, too many sockets, or not understood. */
function isFinal(event: unknown): boolean {
  return isCloseEvent(event) && [4400, 4401, 4403, 4406, 4429].includes(event.code);
}

type ErrorLike = { extensions?: { code?: unknown; retryAfterSeconds?: unknown } };

/** Errors that pass: the database is away for a moment, or the minute's operations are used up. */
function isPassing(errors: unknown): boolean {
  return codesOf(errors).some((code) => code === 'UNAVAILABLE' || code === 'RATE_LIMITED');
}

function codesOf(errors: unknown): unknown[] {
  return Array.isArray(errors) ? errors.map((error: ErrorLike) => error.extensions?.code) : [];
}

function retryAfterMs(reason: unknown): number {
  const seconds = Array.isArray(reason) ? (reason[0] as ErrorLike | undefined)?.extensions?.retryAfterSeconds : 0;
  return typeof seconds === 'number' ? seconds * 1000 : 0;
}

function isResync(data: unknown): boolean {
  return Object.values(data ?? {}).some(
    (field) => (field as { __typename?: unknown } | null)?.__typename === 'StreamResync',
  );
}
