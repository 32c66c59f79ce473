export {
  decideMissed,
  type Missed,
  type MissedDecision,
  type MissedQuery,
  maxMissedAtOnce,
} from './decide-missed.ts';
export { formatRule } from './format-rule.ts';
export { dateMoment, instantMoment, type Moment } from './moment.ts';
export { type Basis, type Completion, nextOccurrence } from './next-occurrence.ts';
export { maxOccurrences, type OccurrencesQuery, occurrencesAfter } from './occurrences-after.ts';
export { parseRule } from './parse-rule.ts';
export { type Preset, presetRule, presets } from './preset-rule.ts';
export type { ByDay, Frequency, Rule, Until, Weekday } from './rule.ts';
export { checkSeries, defaultPolicies, localStart, type Policies, type Series, untilEndOf } from './series.ts';
export { shiftRule } from './shift-rule.ts';
export type { Work } from './work.ts';
