import type { ResultStream } from '../graphql/result-stream.ts';
import type { LiveSocket } from './live-socket.ts';

/**
 * Sends the payloads of a subscription, each when the socket has room for it. It has no results of its own: `next` waits
 * until all are sent, and `return` ends the subscription.
 */
export function sendPayloads(
  payloads: ResultStream,
  { id, socket }: { id: string; socket: LiveSocket },
): AsyncIterableIterator<never, undefined, undefined> {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const { done, value } = await payloads.next();
        if (done) return { done, value };
        const sent = socket.send(`${head}${value.text}}`);
        if (sent) await sent;
      }
    },
    async return() {
      await payloads.return?.();
      return { done: true, value: undefined };
    },
  };
}
