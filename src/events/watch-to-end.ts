import type { EventType, LoggedEvent } from './contract.ts';
import type { EventLog, Watched, WatchOptions } from './event-log.ts';
import { leavable } from './leavable.ts';

/** `objectId` is what ends, by an event of one of these types. */
type Ending<T extends object> = Omit<WatchOptions<null, T>, 'judge' | 'subscriber' | 'knowledge'> & {
  /** Everybody who can see the object gets the same. */
  judge: (event: LoggedEvent) => T | null;
  objectId: string;
  endTypes: readonly EventType[];
};

/**
 * Watches the log until an object ends; its end is the last item. A subscriber that comes after the end gets it too, unless
 * its cursor is of the end or later.
 */
export function watchToEnd<T extends object>(
  log: EventLog,
  { objectId, endTypes, judge, complete = async (item) => item, signal, ...options }: Ending<T>,
): Watched<T> {
  const isEnd = (event: LoggedEvent) => event.objectId === objectId && endTypes.includes(event.type);
  const toJudged = (event: LoggedEvent) => {
    const item = judge(event);
    return item !== null || isEnd(event) ? { kind: 'JUDGED' as const, event, item } : null;
  };
  return leavable(signal, async function* (leaving) {
    for await (const told of log.watch({ ...options, judge: toJudged, subscriber: null, signal: leaving })) {
      if (told.kind === 'JUDGED') {
        const item = told.item && (await complete(told.item));
        if (item) yield item;
        if (isEnd(told.event)) return;
        continue;
      }
      yield told;
      if (told.kind === 'CHECKPOINT') continue;
      const { tenantId, after } = options;
      const end = await log.last({ tenantId, objectId, types: endTypes, epoch: told.cursor.epoch });
      if (!end || end.seq > told.cursor.seq) continue;
      // A subscriber that resumes has received the end, or its cursor would be before it.
      const last = told.kind === 'RESYNC' || after === null ? judge(end) : null;
      if (last) yield last;
      return;
    }
  });
}
