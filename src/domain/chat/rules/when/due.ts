import { Temporal } from 'temporal-polyfill';
import type { Due, DueRange } from '../../proposal.ts';
import { claim, findAll, rule, type Sentence } from '../text/sentence.ts';
import { type Calendar, dateDue, instantDue } from './calendar.ts';
import {
  claimDate,
  type DateCandidate,
  dateCandidates,
  type Relation,
  type TimeCandidate,
  takeNegatedDates,
  timeCandidates,
} from './due-candidates.ts';
import { DURATION, isElapsed, readDuration } from './durations.ts';
import type { DayReading } from './periods.ts';
import { momentAt, nextMoment, settledHour } from './times.ts';

/** The date or time in a sentence. `range` is for queries ("due this week"), `due` for tasks. */
export type DueReading = {
  due: Due;
  said: 'DATE' | 'TIME' | 'BOTH';
  relation: Relation;
  range: DueRange;
  days: DayReading | null;
  /** The time of day, for the first date of a recurrence. */
  clock: { hour: number; minute: number; timeZone: string } | null;
  durationMinutes: number | null;
  /** Other possible interpretations of these words. */
  alternatives: Due[];
  /** Words of the date that a due date cannot express. */
  unresolved: string[];
  /** "monday or tuesday": the user must be asked which one. */
  choices: string[];
};

type Settled = Omit<DueReading, 'unresolved' | 'choices'>;

const elapsed = rule(`(?:in|within) (?:the next )?(?<duration>${DURATION})|(?<duration2>${DURATION}) from now`);
const someday = rule('someday|some day|at some point|eventually|whenever');
const hoursOfPart: Record<string, [number, number]> = {
  morning: [6, 12],
  afternoon: [12, 18],
  evening: [18, 22],
  night: [20, 24],
};

/** Finds the date or time, claims its words, and resolves it in the calendar; null if there is none. */
export function takeDue(sentence: Sentence, cal: Calendar, { allowPast = false } = {}): DueReading | null {
  const after = takeElapsed(sentence, cal);
  if (after) return after;
  takeNegatedDates(sentence);
  const dates = dateCandidates(sentence, cal, allowPast);
  const either = eitherOf(sentence, dates);
  const date = either[0] ?? best(dates);
  const times = timeCandidates(sentence, dates);
  const time = bestTime(times, date);
  const part = times.find((reading) => reading.part && reading !== time) ?? null;
  for (const candidate of either.length > 0 ? either : date ? [date] : []) claimDate(sentence, candidate);
  for (const reading of [time, part]) if (reading) claim(sentence, reading.found, 'due', reading.rule);
  const more = { unresolved: date?.beyond ? [date.beyond] : [], choices: either.map(({ phrase }) => phrase) };
  if (time) return { ...timed(cal, date, withPart(time, part)), ...more };
  if (date) return { ...allDay(cal, date), ...more };
  for (const found of findAll(sentence, someday)) claim(sentence, found, 'due', 'date.someday');
  return null;
}

/** Two dates with "or" between them. */
function eitherOf(sentence: Sentence, dates: DateCandidate[]): DateCandidate[] {
  for (const first of dates) {
    const second = dates.find(({ found }) => found.first === first.found.last + 2);
    if (!second || sentence.tokens[first.found.last + 1]?.canon !== 'or') continue;
    return [{ ...first, found: { ...first.found, last: first.found.last + 1 } }, second];
  }
  return [];
}

function takeElapsed(sentence: Sentence, cal: Calendar): DueReading | null {
  for (const found of findAll(sentence, elapsed)) {
    const duration = readDuration(found.match.groups?.duration ?? found.match.groups?.duration2 ?? '');
    if (!duration || !isElapsed(duration)) continue;
    claim(sentence, found, 'due', 'time.elapsed');
    const moment = cal.now.add(duration);
    const due = instantDue(moment);
    const clock = { hour: moment.hour, minute: moment.minute, timeZone: cal.timeZone };
    return {
      due,
      said: 'BOTH',
      relation: 'ON',
      range: { from: instantDue(cal.now), to: due },
      days: null,
      clock,
      durationMinutes: null,
      alternatives: [],
      unresolved: [],
      choices: [],
    };
  }
  return null;
}

function best(dates: DateCandidate[]): DateCandidate | null {
  return dates.reduce<DateCandidate | null>((top, date) => (top && top.weight > date.weight ? top : date), null);
}

/** The time next to the date, else a clock time before a part of the day, else the last one. */
function bestTime(times: TimeCandidate[], date: DateCandidate | null): TimeCandidate | null {
  const weight = (time: TimeCandidate) => {
    const beside = date && (date.found.last + 1 === time.found.first || time.found.last + 1 === date.found.first);
    return (time.part && time.rule === 'time.partOfDay' ? 0 : 4) + (beside ? 2 : 0);
  };
  return times.reduce<TimeCandidate | null>((top, time) => (top && weight(top) > weight(time) ? top : time), null);
}

/** "this evening at 7", "tomorrow night at 9": the part of the day decides between am and pm. */
function withPart(time: TimeCandidate, part: TimeCandidate | null): TimeCandidate {
  if (!part?.part || time.settled) return { ...time, today: time.today || Boolean(part?.today) };
  const hour =
    part.part === 'morning'
      ? time.hour % 12
      : part.part === 'night' && time.hour < 5
        ? time.hour
        : (time.hour % 12) + 12;
  return { ...time, hour, settled: true, today: part.today };
}

function timed(cal: Calendar, date: DateCandidate | null, time: TimeCandidate): Settled {
  const zone = time.zone ?? cal.timeZone;
  const moment = date
    ? momentOn(cal, date.days, time, zone)
    : time.today
      ? laterToday(cal, time, zone)
      : nextMoment(cal, time);
  if (!moment) return { ...allDay(cal, { days: oneDay(cal.today), relation: 'ON' }), said: 'BOTH' };
  const due = instantDue(moment);
  const relation = time.relation === 'ON' ? (date?.relation ?? 'ON') : time.relation;
  const span = time.part && time.rule === 'time.partOfDay' ? partRange(moment, time.part) : rangeOf(relation, due, due);
  const alternatives = time.settled || date ? [] : [instantDue(moment.add({ hours: 12 }))];
  const clock = { hour: settledHour(time), minute: time.minute, timeZone: zone };
  return {
    due,
    said: date || time.today ? 'BOTH' : 'TIME',
    relation,
    range: span,
    days: date?.days ?? null,
    clock,
    durationMinutes: time.durationMinutes,
    alternatives,
  };
}

/** The current weekday means today if the time is in the future. */
function momentOn(cal: Calendar, days: DayReading, time: TimeCandidate, zone: string): Temporal.ZonedDateTime {
  const hour = settledHour(time);
  if (days.today) {
    const today = momentAt(cal.today, hour, time.minute, zone);
    if (Temporal.ZonedDateTime.compare(today, cal.now) > 0) return today;
  }
  const moment = momentAt(days.due, hour, time.minute, zone);
  const passed = days.due.equals(cal.today) && Temporal.ZonedDateTime.compare(moment, cal.now) <= 0;
  if (!passed) return moment;
  if (hour === 0 && time.minute === 0) return moment.add({ days: 1 });
  const evening = !time.settled && hour < 12 ? momentAt(days.due, hour + 12, time.minute, zone) : moment;
  return Temporal.ZonedDateTime.compare(evening, cal.now) > 0 ? evening : moment;
}

/** "this morning" said at noon is only the day. */
function laterToday(cal: Calendar, time: TimeCandidate, zone: string): Temporal.ZonedDateTime | null {
  const today = oneDay(cal.today);
  const moment = momentOn(cal, today, time, zone);
  return Temporal.ZonedDateTime.compare(moment, cal.now) > 0 ? moment : null;
}

function allDay(cal: Calendar, { days, relation }: Pick<DateCandidate, 'days' | 'relation'>): Settled {
  const shift = relation === 'BEFORE' ? -1 : relation === 'AFTER' ? 1 : 0;
  const base = relation === 'BEFORE' ? days.from : relation === 'AFTER' ? days.to : days.due;
  const date = base.add({ days: shift });
  const due = dateDue(date.toString() < cal.today.toString() && shift < 0 ? base : date);
  const range = rangeOf(relation, dateDue(days.from), dateDue(days.to));
  return {
    due,
    said: 'DATE',
    relation,
    range,
    days,
    clock: null,
    durationMinutes: null,
    alternatives: otherDates(cal, days),
  };
}

/** "next friday" may mean this week's; the current weekday may mean today. */
function otherDates(cal: Calendar, days: DayReading): Due[] {
  if (days.today) return [dateDue(cal.today)];
  const ahead = cal.today.until(days.due).days;
  return days.from.equals(days.to) && ahead > 7 && ahead < 14 ? [dateDue(days.due.subtract({ days: 7 }))] : [];
}

function rangeOf(relation: Relation, from: Due, to: Due): DueRange {
  if (relation === 'BEFORE') return { before: from };
  if (relation === 'AFTER') return { after: to };
  if (relation === 'BY') return { to };
  return relation === 'FROM' ? { from } : { from, to };
}

function partRange(moment: Temporal.ZonedDateTime, part: string): DueRange {
  const [from, to] = hoursOfPart[part] ?? [0, 24];
  const midnight = moment.startOfDay();
  return {
    from: instantDue(midnight.with({ hour: from })),
    to: instantDue(to === 24 ? midnight.add({ days: 1 }) : midnight.with({ hour: to })),
  };
}

function oneDay(date: Temporal.PlainDate): DayReading {
  return { from: date, to: date, due: date };
}
