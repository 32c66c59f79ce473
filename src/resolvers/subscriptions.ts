import type { StreamOptions } from '../events/event-log.ts';
import { decodeStreamCursor, type StreamCursor } from '../shared/cursor.ts';
import type { RequestContext } from './context.ts';

/** What a subscriber gets: something that the stream tells, or what became of an event. */
export type Item = { kind: string; cursor: StreamCursor; event?: object };
type Items<T> = AsyncIterableIterator<T, void, undefined>;
/** A function of the domain that watches the log, from a cursor on or from now, until the signal is aborted. */
export type Watch<Args, T extends Item> = (
  context: RequestContext,
  options: Args & StreamOptions,
) => Items<T> | Promise<Items<T>>;

/** The subscriber of a field whose arguments are those of a function of the domain that watches the log. */
export function subscription<Args extends object, T extends Item>(name: string, watch: Watch<Args, T>) {
  return async (
    _: unknown,
    { after, ...args }: Args & { after?: string | null },
    context: RequestContext,
  ): Promise<Items<T>> =>
    watch(context, {
      ...(args as unknown as Args),
      after: startCursor(context, after),
      signal: context.stream.access,
      key: name + JSON.stringify(args),
    });
}

/** The position where a subscription starts: the SSE header Last-Event-ID, or the argument `after`, or now (null). */
function startCursor(context: RequestContext, after: string | null | undefined): StreamCursor | null {
  const text = context.stream.lastEventId ?? after;
  return text == null ? null : decodeStreamCursor(text);
}
