import { Temporal } from 'temporal-polyfill';

const amount = '(?:\\d{1,4}(?:\\.\\d{1,2})?|an|a|half an?|a couple(?: of)?|a few|a half|couple(?: of)?|few)';
const unit = '(?:secs|minute|hour|day|week|fortnight|month|quarter|year)';

/** One amount of one unit: "2 days", "an hour and a half". */
export const SINGLE = `${amount}(?: and a half)? ${unit}(?: and a half)?`;
/** "2 days", "an hour and a half", "1 hours 10 minutes", "half an hour", over canonical words. */
export const DURATION = `${amount}(?: and a half)? (?:business |working )?${unit}(?: and a half|(?: ,| and)? ${amount} ${unit}){0,2}`;
const part = new RegExp(`(${amount})( and a half)? (?:business |working )?(${unit})( and a half)?`, 'gu');

/** Half a day is clock time, half a year is six months; the maximum is a thousand years. */
const halves: Record<string, Temporal.DurationLike> = {
  hour: { minutes: 30 },
  day: { hours: 12 },
  week: { days: 3 },
  month: { days: 15 },
  year: { months: 6 },
  minute: { seconds: 30 },
};

/** Parses a text that matched {@link DURATION}; null if it exceeds the maximum. */
export function readDuration(text: string): Temporal.Duration | null {
  let total = new Temporal.Duration();
  for (const match of text.matchAll(part)) {
    const [, amountText = '', halfBefore, unitText = '', halfAfter] = match;
    total = plus(total, amountOf(amountText, unitText));
    if (halfBefore || halfAfter) total = plus(total, halves[unitText] ?? {});
  }
  return total.blank || total.years > 1000 || total.months > 12_000 ? null : total;
}

/** Whether it counts elapsed time (hours, minutes) rather than calendar days. */
export function isElapsed(duration: Temporal.Duration): boolean {
  return duration.hours !== 0 || duration.minutes !== 0 || duration.seconds !== 0;
}

function amountOf(text: string, unitText: string): Temporal.DurationLike {
  if (/^half|^a half/.test(text)) return halves[unitText] ?? {};
  const value = /^\d/.test(text) ? Number(text) : /couple/.test(text) ? 2 : /few/.test(text) ? 3 : 1;
  const whole = Math.trunc(value);
  if (value !== whole && unitText === 'hour') return { minutes: Math.round(value * 60) };
  if (value !== whole && unitText === 'minute') return { seconds: Math.round(value * 60) };
  return plus(inUnits(whole, unitText), value === whole ? {} : (halves[unitText] ?? {}));
}

function inUnits(value: number, unitText: string): Temporal.DurationLike {
  if (unitText === 'fortnight') return { weeks: value * 2 };
  if (unitText === 'quarter') return { months: value * 3 };
  if (unitText === 'secs') return { seconds: value };
  return { [`${unitText}s`]: value };
}

/** Field by field, without balancing: 1 month and 30 days are not 2 months. */
function plus(a: Temporal.DurationLike, b: Temporal.DurationLike): Temporal.Duration {
  const [x, y] = [Temporal.Duration.from(fill(a)), Temporal.Duration.from(fill(b))];
  return new Temporal.Duration(
    x.years + y.years,
    x.months + y.months,
    x.weeks + y.weeks,
    x.days + y.days,
    x.hours + y.hours,
    x.minutes + y.minutes,
    x.seconds + y.seconds,
  );
}

function fill(duration: Temporal.DurationLike): Temporal.DurationLike {
  return duration instanceof Temporal.Duration || Object.keys(duration).length > 0 ? duration : { seconds: 0 };
}
