import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Payload } from '../graphql/payloads.ts';

export type SseOptions = {
  /** The stream of a client that reads nothing for this long is closed. */
  stallMs: number;
  /**
   * Aborted when the server stops. Streams then end without `complete`, so that their clients resume on another server.
   */
  draining: AbortSignal;
};

const heartbeatMs = 15_000;
/** How long a client waits before it connects again after the stream was lost. */
const retryMs = 1_000;

/**
 * Results as server-sent events (WHATWG HTML 9.2, distinct connections mode of graphql-sse): `next` for each result
 * with its cursor as `id`, then `complete`. The next result is requested when the connection has accepted the previous
 * one. When the client disconnects, the source is returned.
 */
export function eventStream(
  results: AsyncIterable<Payload>,
  res: ServerResponse,
  { stallMs, draining }: SseOptions,
): Readable {
  const iterator = results[Symbol.asyncIterator]();
  const cut = () => stream.push(null);
  const heartbeat = setInterval(() => stream.readableLength === 0 && stream.push(':\n\n'), heartbeatMs);
  let onRoom = () => {};
  const stream = new Readable({
    read: () => onRoom(),
    destroy(error, done) {
      onRoom();
      clearInterval(heartbeat);
      draining.removeEventListener('abort', cut);
      Promise.resolve(iterator.return?.()).then(() => done(error), done);
    },
  });

  /** Waits until the connection accepts more data. A connection that accepts nothing for too long is closed. */
  function room(): Promise<void> {
    return new Promise((resolve) => {
      const stalled = setTimeout(() => res.destroy(), stallMs);
      onRoom = () => {
        clearTimeout(stalled);
        resolve();
      };
    });
  }

  async function pump(): Promise<void> {
    for (;;) {
      const step = await iterator.next();
      if (stream.destroyed || stream.readableEnded || draining.aborted) return;
      if (step.done) break;
      if (!stream.push(eventOf(step.value))) await room();
    }
    stream.push('event: complete\ndata:\n\n');
    stream.push(null);
  }

  draining.addEventListener('abort', cut);
  // A client that disconnected before the response started causes no further event, so this is checked here.
  if (res.closed) stream.destroy();
  else res.once('close', () => stream.destroy());
  stream.push(`retry: ${retryMs}\n\n`);
  pump().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))));
  return stream;
}

function eventOf({ text, cursor }: Payload): string {
  return `${cursor ? `id: ${cursor}\n` : ''}event: next\ndata: ${text}\n\n`;
}
