import { invalidInput } from '../../shared/errors.ts';

/** How many periods of a rule were searched: the measure that every search here is bounded by. */
export type Work = { periods: number };

/**
 * Empty periods in a row after which a rule never occurs. The calendar repeats after 400 years or 4,800 months; 20,000
 * days are more than the 40 years between two 29 Februaries on one weekday around 2100. A week is empty only for BYMONTH;
 * an hour only for BYHOUR, since whole days that are shut out are not searched.
 */
export const maxEmptyPeriods = { YEARLY: 400, MONTHLY: 4_800, WEEKLY: 3_000, DAILY: 20_000, HOURLY: 2_000 };

/** No search goes beyond this year: its dates still have four digits. */
export const lastYear = 9999;

/** @throws AppError `INVALID_INPUT` always. */
export function refuseImpossible(): never {
  throw invalidInput([{ path: ['rule'], message: 'The rule has no dates: no date matches all of its parts.' }]);
}
