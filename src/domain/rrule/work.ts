import { invalidInput } from '../../shared/errors.ts';

/** The number of periods of a rule that were searched, which limits every search. */
export type Work = { periods: number };

/**
 * The number of consecutive empty periods after which a rule never occurs. The calendar repeats after 400 years or
 * 4,800 months; 20,000 days are more than the 40 years between two 29 Februaries on the same weekday around 2100. A
 * week is empty only because of BYMONTH, and an hour only because of BYHOUR, because excluded days are not searched.
 */
export const maxEmptyPeriods = { YEARLY: 400, MONTHLY: 4_800, WEEKLY: 3_000, DAILY: 20_000, HOURLY: 2_000 };

/** No search continues after this year: its dates still have four digits. */
export const lastYear = 9999;

/** @throws AppError `INVALID_INPUT` always. */
export function refuseImpossible(): never {
  throw invalidInput([{ path: ['rule'], message: 'The rule has no dates: no date matches all of its parts.' }]);
}
