import type { FormattedExecutionResult } from 'graphql';
import { isOutage, mayTryAgain, retryAfterMs } from './reasons.ts';

export type StreamResult<Data> = FormattedExecutionResult<Data, { cursor?: string }>;

export type ResumingSink<Data> = {
  next(result: StreamResult<Data>): void;
  /** The subscription failed permanently. The reason is a close event, a list of GraphQL errors, or an Error. */
  error(reason: unknown): void;
  /** The server completed it, or the client unsubscribed. */
  complete?(): void;
};

export type ResumingOptions = {
  /** The cursor could not be resumed: read the state again. The subscription continues by itself. */
  onResync?(result: StreamResult<unknown>): void;
  /** The connection was lost; the subscription continues after `cursor` in `waitMs`. */
  onReconnect?(state: { cursor: string | null; waitMs: number; reason: unknown }): void;
  firstWaitMs?: number;
  maxWaitMs?: number;
  /** A connection without any payload for this long is closed. The server sends a checkpoint every 30 seconds. */
  silentMs?: number;
};

/** The interface that the core needs from a client. */
export type Connection<Data> = {
  /**
   * Subscribes with the variable `after` set to the value of `after()` when the operation is sent. @returns a function
   * that unsubscribes.
   */
  subscribe(after: () => string | null, sink: Required<ResumingSink<Data>>): () => void;
  /** Reports the connection attempts of the client and closed sockets. @returns a function that stops it. */
  watch(listener: { connecting(): void; closed(event: unknown): void }): () => void;
  /** Closes the current connection, so that the subscription over it fails. */
  drop(): void;
};

/**
 * Subscribes, and subscribes again after the last result whenever the connection is lost: no payload is missed and none
 * is repeated. It ends when the server completes it, when its error would occur again, or when it is unsubscribed.
 * @returns a function that unsubscribes.
 */
export function resume<Data>(
  connection: Connection<Data>,
  sink: ResumingSink<Data>,
  {
    after,
    onResync,
    onReconnect,
    firstWaitMs = 200,
    maxWaitMs = 30_000,
    silentMs = 75_000,
  }: ResumingOptions & {
    /** The position to start from: a cursor, or null for now. */
    after: string | null;
  },
): () => void {
  let cursor = after;
  let failures = 0;
  let isAccepted = false;
  let isOver = false;
  /** The number of the current attempt. Messages of earlier attempts are ignored. */
  let attempt = 0;
  let unsubscribe = () => {};
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const stopWatching = connection.watch({
    connecting() {
      isAccepted = false;
    },
    // A client that reconnects by itself would do so without end.
    closed(event) {
      if (!mayTryAgain(event, { failures, isAccepted })) end(() => sink.error(event));
    },
  });

  function leaveAttempt(): void {
    attempt += 1;
    clearTimeout(silence);
    unsubscribe();
    unsubscribe = () => {};
  }

  function end(tell: () => void): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(retry);
    stopWatching();
    leaveAttempt();
    tell();
  }

  function failed(reason: unknown): void {
    if (!mayTryAgain(reason, { failures, isAccepted })) {
      end(() => sink.error(reason));
      return;
    }
    leaveAttempt();
    const wait = Math.min(maxWaitMs, firstWaitMs * 2 ** failures);
    // Half of it is random, so that the clients of a stopped server do not reconnect at the same time.
    const waitMs = Math.max(wait / 2 + (Math.random() * wait) / 2, retryAfterMs(reason));
    failures += 1;
    retry = setTimeout(subscribe, waitMs);
    onReconnect?.({ cursor, waitMs, reason });
  }

  function listen(): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      listen();
      connection.drop();
    }, silentMs);
  }

  function take(result: StreamResult<Data>): void {
    // A result without data is the end of the stream. A result that is incomplete because of an outage is requested
    // again.
    if (result.errors && (!('data' in result) || isOutage(result.errors))) {
      failed(result.errors);
      return;
    }
    listen();
    isAccepted = true;
    const type = typeOf(result.data);
    // If a server accepts a subscription and fails immediately, the next attempt must wait.
    if (type !== 'StreamReady') failures = 0;
    cursor = result.extensions?.cursor ?? cursor;
    try {
      if (type === 'StreamResync') onResync?.(result);
      sink.next(result);
    } catch (error) {
      end(() => sink.error(error));
    }
  }

  function subscribe(): void {
    const current = attempt;
    const isHeard = () => !isOver && current === attempt;
    isAccepted = false;
    listen();
    const leave = connection.subscribe(() => cursor, {
      next: (result) => isHeard() && take(result),
      error: (reason) => isHeard() && failed(reason),
      complete: () => isHeard() && end(() => sink.complete?.()),
    });
    if (isHeard()) unsubscribe = leave;
    else leave();
  }

  subscribe();
  return () => end(() => sink.complete?.());
}

/** The type name of a delivered payload. */
function typeOf(data: unknown): unknown {
  const [field] = Object.values(data ?? {}) as ({ __typename?: unknown } | null)[];
  return field?.__typename;
}
