/** A time of a series: the time of the rule, and the time after policies and gaps. */
export type SettledTime = { ownMs: number; ms: number };

/** A time zone that crossed the date line skipped a day. Times after such a gap may be out of order by up to a day. */
const maxGapMs = 2 * 86_400_000;

/**
 * Sorts times that a gap or a weekend shifted forward, and drops duplicates. Each is held back only until no earlier
 * one can follow. The input is ascending by the time of the rule, except for gaps.
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
