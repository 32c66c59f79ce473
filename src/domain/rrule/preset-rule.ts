import { type FieldFault, invalidInput } from '../../shared/errors.ts';
import { bareRule, limits, type Rule, type Until } from './rule.ts';

/** The rules that the API offers without RRULE syntax. */
const presets = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
type Preset = (typeof presets)[number];

const maxPresetInterval = 365;

/**
 * Every `interval` days, weeks, months or years, on the weekday or date that the series starts on.
 *
 * @throws AppError `INVALID_INPUT`: an interval outside 1-365, a count outside 1-10,000, both an end and a count.
 */
export function presetRule(choice: {
  preset: Preset;
  interval?: number;
  count?: number | null;
  until?: Until | null;
}): Rule {
  const { preset, interval = 1, count = null, until = null } = choice;
  const faults: FieldFault[] = [];
  if (!isWholeWithin(interval, maxPresetInterval)) {
    faults.push({ path: ['interval'], message: `The interval must be a whole number from 1 to ${maxPresetInterval}.` });
  }
  if (count !== null && !isWholeWithin(count, limits.count)) {
    faults.push({ path: ['count'], message: `The count must be a whole number from 1 to ${limits.count}.` });
  }
  if (count !== null && until !== null) {
    faults.push({ path: ['until'], message: 'count and until cannot be combined.' });
  }
  if (faults.length > 0) throw invalidInput(faults);
  return { ...bareRule, freq: preset, interval, count, until };
}

function isWholeWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
