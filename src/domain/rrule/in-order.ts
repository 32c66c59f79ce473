/** A time of a series: what the rule says and what it became. */
export type SettledTime = { ownMs: number; ms: number };

/** A zone that changed sides of the date line skipped a day; times after a gap may come up to that much too early. */
const maxGapMs = 2 * 86_400_000;

/**
 * Sorts times that were shifted forward by a gap or a weekend and drops the repeats, holding each back only until
 * nothing earlier can follow. Takes them ascending in what the rule says, give or take a gap.
 */
export function* inOrder(times: Iterable<SettledTime>): Generator<number> {
  const held: number[] = [];
  for (const { ownMs, ms } of times) {
    while (held[0] !== undefined && held[0] < ownMs - maxGapMs) yield held.shift() as number;
    insert(held, ms);
  }
  yield* held;
}

function insert(sorted: number[], value: number): void {
  let place = sorted.length;
  while (place > 0 && (sorted[place - 1] as number) > value) place -= 1;
  if (sorted[place - 1] !== value) sorted.splice(place, 0, value);
}
