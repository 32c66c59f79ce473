/** The source of the time; tests pass their own clock. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
