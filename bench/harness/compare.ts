import type { Load, LoadResult } from '../processes/load.ts';
import type { Outcome } from '../row.ts';
import { startChild } from './child.ts';

export type Target = Pick<Load, 'url' | 'request'>;

const callers = 16;
/** Many short turns rather than few long ones: what else the machine does then hits both. */
const rounds = 6;
const turnMs = 700;

/** Calls per second of both, measured in turn (A B A B) by one load process, so that a slow moment hits both. */
export async function compareHttp(errand: Target, ceiling: Target): Promise<Outcome> {
  await using load = await startChild<Load, LoadResult>('load.js');
  const measure = async (target: Target, warmMs: number) =>
    (await load.ask({ ...target, callers, warmMs, ms: turnMs })).perSecond;
  // The first calls are compiled code's making; they are not measured.
  await measure(errand, 1_500);
  await measure(ceiling, 500);
  return await inTurn(
    () => measure(errand, 100),
    () => measure(ceiling, 100),
  );
}

/** The median rate of each, and the ratio of the two. */
export async function inTurn(errand: () => Promise<number>, ceiling: () => Promise<number>): Promise<Outcome> {
  const ofErrand: number[] = [];
  const ofCeiling: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ofErrand.push(await errand());
    ofCeiling.push(await ceiling());
  }
  const [rate, limit] = [median(ofErrand), median(ofCeiling)];
  return { kind: 'ratio', errand: rate, ceiling: limit, ratio: rate / limit, unit: '/s' };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
