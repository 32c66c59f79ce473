/** A step as far as its order matters; without `dependsOn` it follows the step before it. */
export type OrderedStep = { name: string; dependsOn?: readonly string[] | undefined };

/** What each step waits for, in the plan's order. */
export function dependencies(steps: readonly OrderedStep[]): string[][] {
  return steps.map(({ dependsOn }, index) => {
    const before = steps[index - 1];
    return [...(dependsOn ?? (before ? [before.name] : []))];
  });
}

/**
 * The indexes of the steps in the order of running: the plan's own order, but for what must come before. A cycle has no
 * order; then it is given instead, by the names on it.
 */
export function orderSteps(steps: readonly OrderedStep[]): { order: number[] } | { cycle: string[] } {
  const waitsFor = dependencies(steps);
  const indexOf = new Map(steps.map(({ name }, index) => [name, index]));
  const order: number[] = [];
  const isPlaced = steps.map(() => false);
  const trail: number[] = [];

  function place(index: number): string[] | null {
    if (isPlaced[index]) return null;
    const seen = trail.indexOf(index);
    if (seen >= 0) return [...trail.slice(seen), index].map((at) => steps[at]?.name ?? '');
    trail.push(index);
    for (const name of waitsFor[index] ?? []) {
      const cycle = place(indexOf.get(name) ?? -1);
      if (cycle) return cycle;
    }
    trail.pop();
    isPlaced[index] = true;
    order.push(index);
    return null;
  }

  for (const index of steps.keys()) {
    const cycle = place(index);
    if (cycle) return { cycle };
  }
  return { order };
}

/** Whether `name` must have succeeded before the step at `index`, directly or by way of others. */
export function dependsOnStep(steps: readonly OrderedStep[], index: number, name: string): boolean {
  const waitsFor = dependencies(steps);
  const indexOf = new Map(steps.map((step, at) => [step.name, at]));
  const seen = new Set<number>();
  const open = [index];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const needed of waitsFor[at] ?? []) {
      const next = indexOf.get(needed);
      if (needed === name) return true;
      if (next !== undefined && !seen.has(next)) open.push(next);
      if (next !== undefined) seen.add(next);
    }
  }
  return false;
}
