const minuteMs = 60_000;
/** How long after each failed attempt the next one follows. */
const delaysMs = [1 * minuteMs, 5 * minuteMs, 15 * minuteMs];

/** When to try again after so many attempts; null when they are used up. */
function nextAttempt(attempts: number, now: Date): Date | null {
  const delayMs = delaysMs[attempts - 1];
  return delayMs === undefined ? null : new Date(now.getTime() + delayMs);
}

export function isExhausted(attempts: number): boolean {
  return attempts > delaysMs.length;
}

/** Why something was not delivered, and whether trying again is of no use. */
export type DeliveryFailure = { message: string; isFinal: boolean };

const maxErrorLength = 1_000;

/** What a failed attempt leaves in the row: when to try again, null for never, and why. */
export function afterFailure(
  attempts: number,
  { message, isFinal }: DeliveryFailure,
  now: Date,
): { nextAttemptAt: Date | null; lastError: string } {
  return { nextAttemptAt: isFinal ? null : nextAttempt(attempts, now), lastError: message.slice(0, maxErrorLength) };
}
