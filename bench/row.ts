import type { Cpu } from './harness/cpu.ts';
import type { World } from './harness/world.ts';

/** What a row found out. Ratios have the ceiling they were measured against. */
export type Outcome =
  | {
      kind: 'ratio';
      errand: number;
      ceiling: number;
      ratio: number;
      unit: string;
      /** CPU time per call of both; null where it cannot be measured. */
      cpuMs: { errand: Cpu; ceiling: Cpu } | null;
    }
  | { kind: 'value'; value: number; unit: string; detail?: string }
  /** It cannot be measured here; `reason` says how to enable it. */
  | { kind: 'skipped'; reason: string }
  | { kind: 'failed'; reason: string };

export type Goal = { atLeast: number } | { below: number };

/** One line of the table. */
export type Row = {
  /** Given on the command line to run this row alone. */
  name: string;
  /** What is measured. */
  measures: string;
  goal: Goal | null;
  run(world: World): Promise<Outcome>;
};

/** Whether the goal is met; null when there is none or nothing was measured. */
export function isMet(goal: Goal | null, outcome: Outcome): boolean | null {
  if (outcome.kind === 'failed') return false;
  if (!goal || outcome.kind === 'skipped') return null;
  const measured = outcome.kind === 'ratio' ? outcome.ratio : outcome.value;
  return 'atLeast' in goal ? measured >= goal.atLeast : measured < goal.below;
}
