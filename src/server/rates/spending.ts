/** Points to be spent from the bucket of a key, which holds the points of one minute and refills evenly. */
export type Spending = { key: string; points: number; perMinute: number };

/** The first bucket that has too few points, and when it has enough. */
export type Exceeded = { key: string; retryAfterMs: number };

/** Buckets of points, one for each key. */
export type Buckets = {
  /** Spends all of them, or nothing if one bucket has too few points. */
  spend(spendings: readonly Spending[]): Exceeded | null | Promise<Exceeded | null>;
  /** Spends what is known only afterwards. It refuses nothing: a bucket can owe up to the points of one minute. */
  charge(spendings: readonly Spending[]): null | Promise<null>;
};

export const windowMs = 60_000;

/** How long a bucket takes to refill these points. More points than the bucket holds count as all of them. */
export function refillMs({ points, perMinute }: Spending): number {
  return (Math.min(points, perMinute) * windowMs) / perMinute;
}
