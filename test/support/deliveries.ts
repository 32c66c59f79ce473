import { decodeStreamCursor } from '../../src/shared/cursor.ts';

/** What a subscription has delivered so far, and a way to wait for what it is to deliver. */
export type Deliveries<T> = AsyncDisposable & {
  readonly items: readonly T[];
  /** Waits until the items are enough. @throws when the subscription ends or fails before. */
  until(isEnough: (items: readonly T[]) => boolean): Promise<readonly T[]>;
};

/** Reads a subscription to its end, or until it is disposed of. */
export function collect<T>(source: AsyncIterableIterator<T>): Deliveries<T> {
  const items: T[] = [];
  const checks = new Set<() => void>();
  let end: { error: unknown } | null = null;

  async function read(): Promise<void> {
    for (let step = await source.next(); !step.done; step = await source.next()) {
      items.push(step.value);
      for (const check of checks) check();
    }
    throw new Error(`The subscription ended after ${items.length} items.`);
  }

  const reading = read().catch((error: unknown) => {
    end = { error };
    for (const check of checks) check();
  });

  function until(isEnough: (items: readonly T[]) => boolean): Promise<readonly T[]> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!end && !isEnough(items)) return;
        checks.delete(check);
        if (isEnough(items)) resolve(items);
        else reject(end?.error);
      };
      checks.add(check);
      check();
    });
  }

  return {
    items,
    until,
    [Symbol.asyncDispose]: async () => {
      await source.return?.();
      await reading;
    },
  };
}

/** Whether something at this cursor or behind it was delivered: then nothing before it is still to come. */
export function reaches(cursor: string): (items: readonly { cursor: string }[]) => boolean {
  const { seq } = decodeStreamCursor(cursor);
  return (items) => items.some((item) => decodeStreamCursor(item.cursor).seq >= seq);
}
