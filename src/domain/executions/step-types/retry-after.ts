/**
 * How long a server asks to wait before the next request (RFC 9110 §10.2.3), in milliseconds. A time is compared with the
 * time of the answer, so no clock of ours matters. Undefined when it does not say, or nothing that can be understood.
 */
export function retryAfterMs({ 'retry-after': asked, date }: Record<string, string>): number | undefined {
  if (asked === undefined) return undefined;
  if (/^\d{1,9}$/.test(asked)) return Number(asked) * 1000;
  const ms = toTime(asked) - toTime(date ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

/** The format that servers must send (RFC 9110 §5.6.7). `Date.parse` alone would take "1" for a year. */
function toTime(text: string): number {
  return /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
