import { TimeSlice } from './time-slice.ts';

/** The size of a statement: enough for a change of 500 tasks with their reminders. One item may have more. */
const batchCharacters = 3_000_000;

type Computing<Item, Result> = {
  compute: (item: Item) => Result;
  /** The number of characters of a result. */
  sizeOf: (result: Result) => number;
};

/** Computes a result for each item and yields them in batches of limited size. Other work runs in between. */
export async function* computedBatches<Item, Result>(
  items: Iterable<Item>,
  { compute, sizeOf }: Computing<Item, Result>,
): AsyncGenerator<Result[]> {
  const slice = new TimeSlice();
  let batch: Result[] = [];
  let size = 0;
  for (const item of items) {
    const result = compute(item);
    batch.push(result);
    size += sizeOf(result);
    await slice.pause();
    if (size < batchCharacters) continue;
    await slice.end();
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
