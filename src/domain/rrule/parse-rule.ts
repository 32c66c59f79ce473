import { type FieldFault, invalidInput } from '../../shared/errors.ts';
import { combinationFaults } from './combination-faults.ts';
import { PartFault, readByDays, readNumber, readNumbers, readSeconds, readUntil, readWeekday } from './read-part.ts';
import { bareRule, type Frequency, frequencies, limits, type Rule, ruleLength } from './rule.ts';

/** The parts of RFC 5545, 3.3.10 with the ranges of its grammar. */
const readers: Record<string, (text: string) => Partial<Rule>> = {
  FREQ: (text) => ({ freq: readFrequency(text) }),
  INTERVAL: (text) => ({ interval: readNumber(text, { min: 1, max: limits.interval }) }),
  COUNT: (text) => ({ count: readNumber(text, { min: 1, max: limits.count }) }),
  UNTIL: (text) => ({ until: readUntil(text) }),
  BYMONTH: (text) => ({ byMonth: readNumbers(text, { min: 1, max: 12 }) }),
  BYWEEKNO: (text) => ({ byWeekNo: readNumbers(text, { min: 1, max: 53, signed: true }) }),
  BYYEARDAY: (text) => ({ byYearDay: readNumbers(text, { min: 1, max: 366, signed: true }) }),
  BYMONTHDAY: (text) => ({ byMonthDay: readNumbers(text, { min: 1, max: 31, signed: true }) }),
  BYDAY: (text) => ({ byDay: readByDays(text) }),
  BYHOUR: (text) => ({ byHour: readNumbers(text, { min: 0, max: 23 }) }),
  BYMINUTE: (text) => ({ byMinute: readNumbers(text, { min: 0, max: 59 }) }),
  BYSECOND: (text) => ({ bySecond: readSeconds(text) }),
  BYSETPOS: (text) => ({ bySetPos: readNumbers(text, { min: 1, max: 366, signed: true }) }),
  WKST: (text) => ({ weekStart: readWeekday(text) }),
};

/**
 * Parses an RRULE strictly by RFC 5545, 3.3.10, in any order and letter case. Restrictions: nothing finer than HOURLY,
 * INTERVAL and COUNT at most 10,000, no local UNTIL. @param path - the path of the text in the input, for the error.
 * @throws AppError `INVALID_INPUT` with every invalid part.
 */
export function parseRule(text: string, path: FieldFault['path'] = ['rule']): Rule {
  const { parts, faults } = readParts(text);
  const rule = { ...bareRule, ...parts };
  const allFaults = faults.length > 0 ? faults : combinationFaults(rule);
  if (allFaults.length > 0) throw invalidInput(allFaults.map((message) => ({ path, message })));
  return rule as Rule;
}

function readParts(text: string): { parts: Partial<Rule>; faults: string[] } {
  if (text === '') return { parts: {}, faults: ['The rule is empty. FREQ is required, such as FREQ=DAILY.'] };
  if (text.length > ruleLength.max) return { parts: {}, faults: [ruleLength.message] };
  const seen = new Set<string>();
  let parts: Partial<Rule> = {};
  const faults: string[] = [];
  for (const part of text.toUpperCase().split(';')) {
    try {
      parts = { ...parts, ...readPart(part, seen) };
    } catch (fault) {
      if (!(fault instanceof PartFault)) throw fault;
      faults.push(fault.message);
    }
  }
  return { parts, faults };
}

function readPart(part: string, seen: Set<string>): Partial<Rule> {
  const [, name, value] = /^([A-Z-]+)=(.+)$/.exec(part) ?? [];
  if (!name || !value)
    throw new PartFault(`"${part}" is not a part such as FREQ=DAILY. Parts are separated by one ";".`);
  const read = readers[name];
  if (!read) throw new PartFault(`${name} is not a part of a rule. Use ${Object.keys(readers).join(', ')}.`);
  if (seen.has(name)) throw new PartFault(`${name} is given more than once.`);
  seen.add(name);
  try {
    return read(value);
  } catch (fault) {
    if (!(fault instanceof PartFault)) throw fault;
    throw new PartFault(`${name}: ${fault.message}`);
  }
}

function readFrequency(text: string): Frequency {
  const freq = frequencies.find((known) => known === text);
  if (freq) return freq;
  if (text === 'MINUTELY' || text === 'SECONDLY')
    throw new PartFault(`${text} is not supported. The smallest frequency is HOURLY.`);
  throw new PartFault(`"${text}" is not a frequency. Use ${frequencies.join(', ')}.`);
}
