const minuteMs = 60_000;
/** How long after each failed attempt the next one follows. */
const delaysMs = [1 * minuteMs, 5 * minuteMs, 15 * minuteMs];

/** When to try again after so many attempts; null when they are used up. */
export function nextAttempt(attempts: number, now: Date): Date | null {
  const delayMs = delaysMs[attempts - 1];
  return delayMs === undefined ? null : new Date(now.getTime() + delayMs);
}

export function isExhausted(attempts: number): boolean {
  return attempts > delaysMs.length;
}
