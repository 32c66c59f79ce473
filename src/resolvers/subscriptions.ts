import { decodeStreamCursor, type StreamCursor } from '../shared/cursor.ts';
import type { RequestContext } from './context.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** The position where a subscription starts: the SSE header Last-Event-ID, or the argument `after`, or now (null). */
export function startCursor(context: RequestContext, after: string | null | undefined): StreamCursor | null {
  const text = context.stream.lastEventId ?? after;
  return text == null ? null : decodeStreamCursor(text);
}

/** Subscribers of one event share its loaders, so related objects are read once for all of them. */
const loadersOfEvent = new WeakMap<object, Loaders>();

/**
 * Passes the cursor of the delivered item to the transport, and gives each event new loaders. It is not a generator,
 * because `return` must reach `items` even while it waits.
 */
export function delivered<T extends { cursor: StreamCursor; event?: object }>(
  context: RequestContext,
  items: AsyncIterableIterator<T, void, undefined>,
): AsyncIterableIterator<T, void, undefined> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = await items.next();
      if (result.done) return result;
      context.stream.cursor = result.value.cursor;
      if (result.value.event) context.loaders = loadersFor(context, result.value.event);
      return result;
    },
    async return() {
      return (await items.return?.()) ?? { done: true, value: undefined };
    },
  };
}

function loadersFor(context: RequestContext, event: object): Loaders {
  const known = loadersOfEvent.get(event) ?? createLoaders(context.app);
  loadersOfEvent.set(event, known);
  return known;
}
