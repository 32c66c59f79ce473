import { TimeSlice } from './time-slice.ts';

/** The size of a statement: enough for a change of 500 tasks with their reminders. One item may have more. */
const batchCharacters = 3_000_000;

/** JSON arrays of limited size with a value for each item. Other work runs while they are made. */
export async function* jsonBatches<Item>(
  items: Iterable<Item>,
  toValue: (item: Item) => object,
): AsyncGenerator<string> {
  const slice = new TimeSlice();
  let batch: string[] = [];
  let size = 0;
  for (const item of items) {
    const json = JSON.stringify(toValue(item));
    batch.push(json);
    size += json.length;
    await slice.pause();
    if (size < batchCharacters) continue;
    await slice.end();
    yield `[${batch.join()}]`;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield `[${batch.join()}]`;
}
