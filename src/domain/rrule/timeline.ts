import { Temporal } from 'temporal-polyfill';
import { zoned } from '../../shared/zoned.ts';
import type { Moment } from './moment.ts';

/**
 * Maps the local times of a series to comparable milliseconds: through its time zone, or for all-day series (`timeZone`
 * null) with each date at midnight UTC. A local time that the time zone skips is shifted forward by the gap; of a
 * repeated time, the first is used: Temporal's "compatible" rule, as RFC 5545, 3.3.5 says.
 */
export type Timeline = {
  fromWall(wall: Temporal.PlainDateTime): number;
  toWall(epochMs: number): Temporal.PlainDateTime;
  toZoned(epochMs: number): Temporal.ZonedDateTime;
  fromMoment(moment: Moment): number;
  toMoment(epochMs: number): Moment;
};

export function timelineOf(timeZone: string | null): Timeline {
  const zone = timeZone ?? 'UTC';
  const toZoned = (epochMs: number) => zoned(epochMs, zone);
  return {
    fromWall: (wall) => wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds,
    toWall: (epochMs) => toZoned(epochMs).toPlainDateTime(),
    toZoned,
    fromMoment: (moment) => fromMoment(moment, timeZone === null),
    toMoment: (epochMs) =>
      timeZone === null
        ? { kind: 'DATE', date: toZoned(epochMs).toPlainDate().toString() }
        : { kind: 'INSTANT', instant: new Date(epochMs) },
  };
}

function fromMoment(moment: Moment, isAllDay: boolean): number {
  if (isAllDay !== (moment.kind === 'DATE')) {
    throw new TypeError(
      'An all-day recurrence has moments of the kind DATE, and one with a time of day has moments of the kind INSTANT.',
    );
  }
  if (moment.kind === 'INSTANT') return moment.instant.getTime();
  return Temporal.PlainDate.from(moment.date).toZonedDateTime('UTC').epochMilliseconds;
}
