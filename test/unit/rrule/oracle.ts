/**
 * A second reading of RFC 5545, 3.3.10, to test against: slow, day by day, with `Date.UTC` and `Intl` only. It shares
 * no code with the module under test, nor with the libraries below that.
 */

export type OracleRule = {
  freq: 'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY' | 'HOURLY';
  interval: number;
  count?: number;
  until?: string;
  byMonth?: number[];
  byWeekNo?: number[];
  byYearDay?: number[];
  byMonthDay?: number[];
  byDay?: string[];
  byHour?: number[];
  byMinute?: number[];
  bySetPos?: number[];
  wkst?: string;
};

export type OracleQuery = {
  rule: OracleRule;
  start: string;
  timeZone: string | null;
  clamp: boolean;
  skipWeekends: boolean;
  afterMs: number;
  limit: number;
  /** Nothing is looked for later than this many days after the start. */
  days: number;
};

const dayMs = 86_400_000;
const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** Epoch milliseconds, ascending. */
export function bruteForce(query: OracleQuery): number[] {
  const { rule, timeZone, afterMs, limit } = query;
  const startMs = Date.parse(`${query.start}Z`);
  const found = rule.freq === 'HOURLY' ? hourly(query, startMs) : calendar(query, startMs);
  const untilMs = rule.until === undefined ? Number.POSITIVE_INFINITY : untilToMs(rule.until);
  const settled = found
    .map((wall) => ({ wall, own: rule.freq === 'HOURLY' ? wall : instantOf(wall, timeZone) }))
    .filter(({ own }) => own <= untilMs)
    .map(({ wall, own }) => {
      const local = rule.freq === 'HOURLY' ? own + offsetAt(own, timeZone) : wall;
      const weekday = new Date(local).getUTCDay();
      const moveDays = weekday === 6 ? 2 : weekday === 0 ? 1 : 0;
      return query.skipWeekends && moveDays > 0 ? instantOf(local + moveDays * dayMs, timeZone) : own;
    });
  const distinct = [...new Set(settled)].sort((a, b) => a - b).slice(0, rule.count ?? Number.POSITIVE_INFINITY);
  return distinct.filter((ms) => ms > afterMs).slice(0, limit);
}

function calendar({ rule, clamp, days }: OracleQuery, startMs: number): number[] {
  const start = new Date(startMs);
  const firstDay = Math.floor(startMs / dayMs) * dayMs;
  const timeMs = times(rule, start);
  // A period's earlier days count for BYSETPOS, so that the search begins before the start.
  const scanStart = Date.UTC(start.getUTCFullYear(), 0, 1) - 7 * dayMs;
  const sets = new Map<number, number[]>();
  const lastYear = new Date(firstDay + days * dayMs).getUTCFullYear();
  for (let day = scanStart; day < Date.UTC(lastYear + 1, 0, 8); day += dayMs) {
    const period = periodOf(rule, day, firstDay);
    if (period % rule.interval !== 0 || !dayMatches({ rule, clamp }, day, firstDay)) continue;
    sets.set(period, [...(sets.get(period) ?? []), ...timeMs.map((ms) => day + ms)]);
  }
  return [...sets.values()].flatMap((set) => pick(set, rule.bySetPos)).filter((wall) => wall >= startMs);
}

function times(rule: OracleRule, start: Date): number[] {
  const hours = rule.byHour ?? [start.getUTCHours()];
  const minutes = rule.byMinute ?? [start.getUTCMinutes()];
  const all = hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * 60_000));
  return [...new Set(all)].sort((a, b) => a - b).map((ms) => ms + start.getUTCSeconds() * 1000);
}

function pick(set: number[], positions: number[] | undefined): number[] {
  if (!positions) return set;
  return set.filter((_, i) => positions.includes(i + 1) || positions.includes(i - set.length));
}

function periodOf(rule: OracleRule, day: number, firstDay: number): number {
  const [date, first] = [new Date(day), new Date(firstDay)];
  const years = date.getUTCFullYear() - first.getUTCFullYear();
  if (rule.freq === 'YEARLY') return years;
  if (rule.freq === 'MONTHLY') return years * 12 + date.getUTCMonth() - first.getUTCMonth();
  if (rule.freq === 'DAILY') return (day - firstDay) / dayMs;
  return (weekStart(rule, day) - weekStart(rule, firstDay)) / (7 * dayMs);
}

function weekStart(rule: OracleRule, day: number): number {
  return day - ((new Date(day).getUTCDay() - names.indexOf(rule.wkst ?? 'MO') + 7) % 7) * dayMs;
}

function dayMatches({ rule, clamp }: Pick<OracleQuery, 'rule' | 'clamp'>, day: number, firstDay: number): boolean {
  const date = new Date(day);
  const first = new Date(firstDay);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const namesDay = rule.byDay ?? rule.byMonthDay ?? rule.byYearDay;
  if (rule.byMonth && !rule.byMonth.includes(month + 1)) return false;
  if (rule.byWeekNo && !isInWeek(rule, day)) return false;
  if (rule.byYearDay && !within(rule.byYearDay, day, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))) return false;
  const isDated = rule.freq === 'MONTHLY' || rule.freq === 'YEARLY';
  const impliedDay = isDated && !namesDay && !rule.byWeekNo ? [first.getUTCDate()] : undefined;
  const monthDays = rule.byMonthDay ?? impliedDay;
  if (monthDays && !isMonthDay(monthDays, date, clamp && isDated && onlyMonthDays(rule))) return false;
  if (rule.freq === 'YEARLY' && impliedDay && !rule.byMonth && month !== first.getUTCMonth()) return false;
  const impliedWeekday = (rule.freq === 'WEEKLY' || rule.byWeekNo) && !namesDay;
  if (impliedWeekday && date.getUTCDay() !== first.getUTCDay()) return false;
  return !rule.byDay || rule.byDay.some((item) => isByDay(rule, item, day));
}

function onlyMonthDays(rule: OracleRule): boolean {
  return !rule.byDay && !rule.byYearDay && !rule.byWeekNo && !rule.bySetPos;
}

function isMonthDay(wanted: number[], date: Date, clamp: boolean): boolean {
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return wanted.some((day) => {
    if (day < 0) return length + day + 1 === date.getUTCDate();
    return (clamp ? Math.min(day, length) : day) === date.getUTCDate();
  });
}

/** Whether `day` is one of the numbered days of [low, high). */
function within(numbers: number[], day: number, low: number, high: number): boolean {
  return numbers.includes((day - low) / dayMs + 1) || numbers.includes((day - high) / dayMs);
}

/** Week 1 has at least four days in its year; a week's number counts in the year that the week belongs to. */
function isInWeek(rule: OracleRule, day: number): boolean {
  const week = weekStart(rule, day);
  const year = new Date(week + 3 * dayMs).getUTCFullYear();
  const firstWeek = weekStart(rule, Date.UTC(year, 0, 4));
  const nextFirst = weekStart(rule, Date.UTC(year + 1, 0, 4));
  const number = (week - firstWeek) / (7 * dayMs) + 1;
  const fromEnd = (week - nextFirst) / (7 * dayMs);
  return (rule.byWeekNo ?? []).some((wanted) => wanted === number || wanted === fromEnd);
}

function isByDay(rule: OracleRule, item: string, day: number): boolean {
  const date = new Date(day);
  if (item.slice(-2) !== names[date.getUTCDay()]) return false;
  const ordinal = Number(item.slice(0, -2));
  if (ordinal === 0) return true;
  const isInMonth = rule.freq === 'MONTHLY' || rule.byMonth !== undefined;
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const low = isInMonth ? Date.UTC(year, month, 1) : Date.UTC(year, 0, 1);
  const high = isInMonth ? Date.UTC(year, month + 1, 1) : Date.UTC(year + 1, 0, 1);
  if (ordinal > 0) return Math.floor((day - low) / (7 * dayMs)) + 1 === ordinal;
  return Math.floor((high - dayMs - day) / (7 * dayMs)) + 1 === -ordinal;
}

/** Elapsed hours, limited by the local clock. */
function hourly({ rule, timeZone, days }: OracleQuery, startMs: number): number[] {
  const first = instantOf(startMs, timeZone);
  const found: number[] = [];
  for (let ms = first; ms <= first + days * dayMs; ms += rule.interval * 3_600_000) {
    const local = ms + offsetAt(ms, timeZone);
    const day = Math.floor(local / dayMs) * dayMs;
    const isHour = !rule.byHour || rule.byHour.includes(new Date(local).getUTCHours());
    if (isHour && dayMatches({ rule, clamp: false }, day, day)) found.push(ms);
  }
  return found;
}

function untilToMs(until: string): number {
  const [, y, m, d, time] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})Z)?$/.exec(until) ?? [];
  return Date.parse(`${y}-${m}-${d}T${(time ?? '000000').replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
}

/** A skipped wall time is read with the offset from before the gap, of a repeated one the first is taken. */
export function instantOf(wall: number, timeZone: string | null): number {
  const before = offsetAt(wall - dayMs, timeZone);
  const after = offsetAt(wall + dayMs, timeZone);
  const real = [wall - before, wall - after].filter((ms) => ms + offsetAt(ms, timeZone) === wall);
  return real.length > 0 ? Math.min(...real) : wall - before;
}

const formats = new Map<string, Intl.DateTimeFormat>();

export function offsetAt(ms: number, timeZone: string | null): number {
  if (timeZone === null) return 0;
  const format = formats.get(timeZone) ?? formatOf(timeZone);
  formats.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric' as const;
  const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  return new Intl.DateTimeFormat('en-US', { ...fields, timeZone, hourCycle: 'h23', calendar: 'gregory' });
}
