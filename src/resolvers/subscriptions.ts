import { decodeStreamCursor, type StreamCursor } from '../shared/cursor.ts';
import type { RequestContext } from './context.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What a subscriber gets: something that the stream tells, or what became of an event. */
export type Item = { kind: string; cursor: StreamCursor; event?: object };
type Items<T> = AsyncIterableIterator<T, void, undefined>;
/** A function of the domain that watches the log, from a cursor on or from now, until the signal is aborted. */
export type Watch<Args, T extends Item> = (
  context: RequestContext,
  options: Args & { after: StreamCursor | null; signal: AbortSignal },
) => Items<T> | Promise<Items<T>>;

/** The subscriber of a field whose arguments are those of a function of the domain that watches the log. */
export function subscription<Args extends object, T extends Item>(watch: Watch<Args, T>) {
  return async (
    _: unknown,
    { after, ...args }: Args & { after?: string | null },
    context: RequestContext,
  ): Promise<Items<T>> => {
    const options = { ...(args as unknown as Args), after: startCursor(context, after), signal: context.stream.access };
    return delivered(context, await watch(context, options));
  };
}

/** The position where a subscription starts: the SSE header Last-Event-ID, or the argument `after`, or now (null). */
function startCursor(context: RequestContext, after: string | null | undefined): StreamCursor | null {
  const text = context.stream.lastEventId ?? after;
  return text == null ? null : decodeStreamCursor(text);
}

/** Subscribers of one event share its loaders, so related objects are read once for all of them. */
const loadersOfEvent = new WeakMap<object, Loaders>();

/**
 * Passes the cursor of the delivered item to the transport, and gives each event new loaders. It is not a generator,
 * because `return` must reach `items` even while it waits.
 */
function delivered<T extends Item>(context: RequestContext, items: Items<T>): Items<T> {
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
