import type { FormattedExecutionResult } from 'graphql';
import { isOutage, mayTryAgain, retryAfterMs } from './reasons.ts';

export type StreamResult<Data> = FormattedExecutionResult<Data, { cursor?: string }>;

export type ResumingSink<Data> = {
  next(result: StreamResult<Data>): void;
  /** It ended for good. The reason is a close event, a list of GraphQL errors, or an Error. */
  error(reason: unknown): void;
  /** The server ended it, or it was left. */
  complete?(): void;
};

export type ResumingOptions = {
  /** The cursor could not be resumed: read the state again. The subscription continues by itself. */
  onResync?(result: StreamResult<unknown>): void;
  /** The connection was lost; the subscription continues behind `cursor` in `waitMs`. */
  onReconnect?(state: { cursor: string | null; waitMs: number; reason: unknown }): void;
  firstWaitMs?: number;
  maxWaitMs?: number;
  /** A connection that delivers nothing for so long is given up. The server sends a checkpoint every 30 seconds. */
  silentMs?: number;
};

/** What the core needs of a client. */
export type Connection<Data> = {
  /** Subscribes with the variable `after` set to what `after()` returns when it is sent. @returns what unsubscribes. */
  subscribe(after: () => string | null, sink: Required<ResumingSink<Data>>): () => void;
  /** Tells of the client's connection attempts and of closed sockets. @returns what stops that. */
  watch(listener: { connecting(): void; closed(event: unknown): void }): () => void;
  /** Gives up the present connection, so that the subscription over it fails. */
  drop(): void;
};

/**
 * Subscribes, and subscribes again behind the last result whenever the connection is lost: nothing is missed and
 * nothing comes twice. It ends when the server completes it, when its error would come again, or when it is left.
 * @returns what leaves it.
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
    /** Where it starts: a cursor, or null for now. */
    after: string | null;
  },
): () => void {
  let cursor = after;
  let failures = 0;
  let isAccepted = false;
  let isOver = false;
  /** The number of the present attempt. What an earlier one still says is not heard. */
  let attempt = 0;
  let unsubscribe = () => {};
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const stopWatching = connection.watch({
    connecting() {
      isAccepted = false;
    },
    // A client that reconnects by itself would do so for ever.
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
    // Half of it by chance, so that the clients of a server that went away do not come back all at once.
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
    // A result without data is the end of the stream; one that an outage left incomplete is asked for again.
    if (result.errors && (!('data' in result) || isOutage(result.errors))) {
      failed(result.errors);
      return;
    }
    listen();
    isAccepted = true;
    const type = typeOf(result.data);
    // A server that accepts a subscription and fails at once is not to be asked without a pause.
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

/** The type of what a subscription delivered. */
function typeOf(data: unknown): unknown {
  const [field] = Object.values(data ?? {}) as ({ __typename?: unknown } | null)[];
  return field?.__typename;
}
