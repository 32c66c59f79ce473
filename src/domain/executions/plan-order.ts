/** A step as far as its order matters; null where its text cannot be read. Without `dependsOn` it follows the one before it. */
export type OrderedStep = { name: string | null; dependsOn?: readonly (string | null)[] | undefined };

/** The indexes of the steps that each step waits for. A name means the first step that has it; others are left out. */
export function dependencies(steps: readonly OrderedStep[]): number[][] {
  const indexOf = new Map(steps.map(({ name }, index) => [name, index] as const).reverse());
  return steps.map(({ dependsOn }, index) => {
    if (!dependsOn) return index === 0 ? [] : [index - 1];
    return [...new Set(dependsOn.flatMap((name) => (name === null ? [] : (indexOf.get(name) ?? []))))];
  });
}

/**
 * The indexes of the steps in the order of running: the plan's own order, but for what must come before. In a cycle, there
 * is no such order: `cycles` has the way around each, which begins and ends with the same step.
 */
export function orderSteps(waitsFor: readonly (readonly number[])[]): { order: number[]; cycles: number[][] } {
  const order: number[] = [];
  const cycles: number[][] = [];
  const isSeen = waitsFor.map(() => false);
  const trail: number[] = [];

  function place(index: number): void {
    const at = trail.indexOf(index);
    if (at >= 0) cycles.push([...trail.slice(at), index]);
    if (isSeen[index]) return;
    isSeen[index] = true;
    trail.push(index);
    for (const needed of waitsFor[index] ?? []) place(needed);
    trail.pop();
    order.push(index);
  }

  for (const index of waitsFor.keys()) place(index);
  return { order, cycles };
}

/** Whether the step at `needed` must have succeeded before the one at `index`, directly or by way of others. */
export function dependsOnStep(waitsFor: readonly (readonly number[])[], index: number, needed: number): boolean {
  const seen = new Set<number>();
  const open = [index];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const before of waitsFor[at] ?? []) {
      if (before === needed) return true;
      if (!seen.has(before)) open.push(before);
      seen.add(before);
    }
  }
  return false;
}

/** The largest sum of the lengths of steps that wait for each other. `order` is the order of running. */
export function longestPath(
  waitsFor: readonly (readonly number[])[],
  order: readonly number[],
  lengths: readonly number[],
): number {
  const ends: number[] = [];
  for (const index of order) {
    const before = (waitsFor[index] ?? []).map((needed) => ends[needed] ?? 0);
    ends[index] = Math.max(0, ...before) + (lengths[index] ?? 0);
  }
  return Math.max(0, ...ends);
}
