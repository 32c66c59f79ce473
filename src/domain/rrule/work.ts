import { invalidInput } from '../../shared/errors.ts';
import type { Rule } from './rule.ts';

/** The number of periods of a rule that were searched, which limits every search. */
export type Work = { periods: number };

/**
 * The number of years without a date after which a rule never occurs; of YEARLY, only the years of its interval count.
 * The calendar repeats after 400 years; 20,000 days are more than the 40 years between two 29 Februaries on the same
 * weekday around 2100. A week is empty only because of BYMONTH.
 */
export function maxEmptyYears({ freq, interval }: Pick<Rule, 'freq' | 'interval'>): number {
  if (freq === 'YEARLY') return 400;
  if (freq === 'MONTHLY') return 400 * interval;
  return Math.ceil(((freq === 'WEEKLY' ? 3_000 * 7 : 20_000) * interval) / 365);
}

/** An hour is empty only because of BYHOUR, because excluded days are not searched. */
export const maxEmptyHours = 2_000;
export const maxEmptyHourlyYears = 400;

/** How many hours are searched for so many dates. Each needs the clocks of the time zone, which takes long. */
export function maxHours(dates: number): number {
  return 2 * maxEmptyHours + 24 * dates;
}

/** No search continues after this year: its dates still have four digits. */
export const lastYear = 9999;

/** @throws AppError `INVALID_INPUT` always. */
export function refuseImpossible(): never {
  throw invalidInput([{ path: ['rule'], message: 'The rule has no dates: no date matches all of its parts.' }]);
}

/** @throws AppError `INVALID_INPUT` always. */
export function refuseSparse(): never {
  throw invalidInput([
    { path: ['rule'], message: 'The rule has too few dates: finding the next ones takes too long.' },
  ]);
}
