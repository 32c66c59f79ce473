import type { Client } from 'graphql-ws';
import { type ResumingOptions, type ResumingSink, resume } from './core.ts';

/** An operation with `subscription ($after: String)`, and `__typename` beside the fields of the payload. */
export type ResumableOperation = {
  query: string;
  /**
   * `after` is the position to start from: a cursor from `eventCursor` or from an earlier result. Without it, the
   * subscription starts now.
   */
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
  extensions?: Record<string, unknown> | null;
};

/**
 * A subscription with a graphql-ws client that resumes after lost connections. Create the client with `retryAttempts:
 * 0`, so that only this function decides when to reconnect. Nothing is lost if the client also reconnects by itself.
 * @returns a function that unsubscribes.
 */
export function resumingSubscription<Data = Record<string, unknown>>(
  client: Pick<Client, 'subscribe' | 'on' | 'terminate'>,
  operation: ResumableOperation,
  sink: ResumingSink<Data>,
  options: ResumingOptions = {},
): () => void {
  const fault = faultOf(operation.query);
  if (fault) {
    sink.error(new TypeError(fault));
    return () => {};
  }
  const { after = null } = operation.variables ?? {};
  return resume<Data>(
    {
      subscribe(cursor, attempt) {
        // The client serializes the operation each time it sends it, so a client that sends it again resumes as well.
        const resumed = {
          ...operation,
          get variables() {
            return { ...operation.variables, after: cursor() };
          },
        };
        return client.subscribe<Data, { cursor?: string }>(resumed, attempt);
      },
      watch({ connecting, closed }) {
        const stops = [client.on('connecting', connecting), client.on('closed', closed)];
        return () => {
          for (const stop of stops) stop();
        };
      },
      drop: () => client.terminate(),
    },
    sink,
    { ...options, after: typeof after === 'string' ? after : null },
  );
}

/** Why events could be lost unnoticed. */
function faultOf(query: string): string | null {
  if (!/\$after\b/.test(query))
    return 'To resume, the subscription has to declare $after: String and pass it as after.';
  if (!/\b__typename\b/.test(query)) return 'To notice StreamResync, the subscription has to select __typename.';
  return null;
}
