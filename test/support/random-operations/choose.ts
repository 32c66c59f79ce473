import fc from 'fast-check';

/** Decisions of fast-check, so that what is generated can be repeated by its seed and made smaller when it fails. */
export type Choose = {
  /** A whole number from 0 to count - 1. */
  below(count: number): number;
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean;
  pick<T>(all: readonly T[]): T;
};

const natBelow = (count: number) => fc.noBias(fc.nat({ max: count - 1 }));

export function chooseBy(generate: fc.GeneratorValue): Choose {
  const below = (count: number) => (count <= 1 ? 0 : generate(natBelow, count));
  return {
    below,
    percent: (chance) => below(100) >= 100 - chance,
    pick: (all) => all[below(all.length)] as (typeof all)[number],
  };
}
