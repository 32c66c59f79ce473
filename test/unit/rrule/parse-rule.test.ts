import { describe, expect, test } from 'vitest';
import { formatRule, parseRule, presetRule } from '../../../src/domain/rrule/index.ts';

describe('parseRule accepts', () => {
  test.each([
    ['FREQ=DAILY', 'FREQ=DAILY'],
    ['freq=weekly;byday=mo,we', 'FREQ=WEEKLY;BYDAY=MO,WE'],
    ['INTERVAL=2;FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2'],
    ['FREQ=DAILY;INTERVAL=1;WKST=MO', 'FREQ=DAILY'],
    ['FREQ=WEEKLY;WKST=SU', 'FREQ=WEEKLY;WKST=SU'],
    ['FREQ=MONTHLY;BYDAY=+2MO,-1FR', 'FREQ=MONTHLY;BYDAY=2MO,-1FR'],
    ['FREQ=MONTHLY;BYMONTHDAY=15,01,15,-1', 'FREQ=MONTHLY;BYMONTHDAY=-1,1,15'],
    ['FREQ=YEARLY;BYDAY=53MO;BYYEARDAY=-366,366', 'FREQ=YEARLY;BYYEARDAY=-366,366;BYDAY=53MO'],
    ['FREQ=YEARLY;BYWEEKNO=53,-53;BYDAY=MO', 'FREQ=YEARLY;BYWEEKNO=-53,53;BYDAY=MO'],
    ['FREQ=DAILY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=60', 'FREQ=DAILY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=59'],
    ['FREQ=HOURLY;BYYEARDAY=1;BYSETPOS=1', 'FREQ=HOURLY;BYYEARDAY=1;BYSETPOS=1'],
    ['FREQ=DAILY;UNTIL=20240229', 'FREQ=DAILY;UNTIL=20240229'],
    ['FREQ=DAILY;UNTIL=20261231T235960Z', 'FREQ=DAILY;UNTIL=20261231T235959Z'],
    ['FREQ=DAILY;COUNT=10000', 'FREQ=DAILY;COUNT=10000'],
  ])('%s', (text, canonical) => {
    expect(formatRule(parseRule(text))).toBe(canonical);
  });
});

describe('parseRule refuses, saying what is wrong', () => {
  test.each([
    ['', 'The rule is empty'],
    ['DAILY', '"DAILY" is not a part'],
    ['RRULE:FREQ=DAILY', '"RRULE:FREQ=DAILY" is not a part'],
    ['FREQ=DAILY;', '"" is not a part'],
    ['FREQ=DAILY;COUNT=', '"COUNT=" is not a part'],
    ['FREQ=DAILY; COUNT=3', '" COUNT=3" is not a part'],
    ['INTERVAL=2', 'FREQ is required'],
    ['FREQ=FORTNIGHTLY', 'FREQ: "FORTNIGHTLY" is not a frequency'],
    ['FREQ=MINUTELY', 'FREQ: MINUTELY is not supported. The smallest frequency is HOURLY'],
    ['FREQ=SECONDLY', 'FREQ: SECONDLY is not supported'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ is given more than once'],
    ['FREQ=DAILY;COUNT=2;COUNT=2', 'COUNT is given more than once'],
    ['FREQ=DAILY;COUNT=0', 'COUNT: "0" is not a number from 1 to 10000'],
    ['FREQ=DAILY;COUNT=10001', 'COUNT: "10001"'],
    ['FREQ=DAILY;COUNT=-1', 'COUNT: "-1"'],
    ['FREQ=DAILY;COUNT=1.5', 'COUNT: "1.5"'],
    ['FREQ=DAILY;COUNT=1e2', 'COUNT: "1E2"'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL: "0"'],
    ['FREQ=DAILY;INTERVAL=+2', 'INTERVAL: "+2"'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20261231', 'COUNT and UNTIL cannot be combined'],
    ['FREQ=DAILY;UNTIL=20260229', 'UNTIL: "20260229" is not a date'],
    ['FREQ=DAILY;UNTIL=2026-12-31', 'UNTIL: "2026-12-31" is not a date'],
    ['FREQ=DAILY;UNTIL=20261231T235959', 'UNTIL: "20261231T235959" is a local time. Use UTC'],
    ['FREQ=DAILY;UNTIL=20261231T250000Z', 'UNTIL: "250000" is not a time of day'],
    ['FREQ=DAILY;BYHOUR=24', 'BYHOUR: "24" is not a number from 0 to 23'],
    ['FREQ=DAILY;BYHOUR=-1', 'BYHOUR: "-1"'],
    ['FREQ=DAILY;BYMINUTE=60', 'BYMINUTE: "60"'],
    ['FREQ=DAILY;BYSECOND=61', 'BYSECOND: "61"'],
    ['FREQ=DAILY;BYHOUR=9,', 'BYHOUR: ""'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY: "0" is not a number from 1 to 31 or -31 to -1'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY: "32"'],
    ['FREQ=MONTHLY;BYMONTHDAY=-32', 'BYMONTHDAY: "-32"'],
    ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH: "13"'],
    ['FREQ=YEARLY;BYMONTH=-1', 'BYMONTH: "-1"'],
    ['FREQ=YEARLY;BYYEARDAY=367', 'BYYEARDAY: "367"'],
    ['FREQ=YEARLY;BYWEEKNO=54', 'BYWEEKNO: "54"'],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367', 'BYSETPOS: "367"'],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0', 'BYSETPOS: "0"'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY: "XX" is not a weekday'],
    ['FREQ=WEEKLY;BYDAY=MONDAY', 'BYDAY: "MONDAY" is not a weekday'],
    ['FREQ=MONTHLY;BYDAY=0MO', 'BYDAY: "0" is not a number from 1 to 53'],
    ['FREQ=MONTHLY;BYDAY=54MO', 'BYDAY: "54"'],
    ['FREQ=WEEKLY;WKST=1MO', 'WKST: "1MO" is not a weekday'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'BYDAY: an ordinal such as 2MO is allowed only for MONTHLY and YEARLY'],
    ['FREQ=DAILY;BYDAY=2MO', 'BYDAY: an ordinal such as 2MO is allowed only for MONTHLY and YEARLY'],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=2MO', 'BYDAY: an ordinal such as 2MO cannot be combined with BYWEEKNO'],
    ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY is not allowed for WEEKLY'],
    ['FREQ=DAILY;BYYEARDAY=1', 'BYYEARDAY is allowed only for YEARLY and HOURLY'],
    ['FREQ=MONTHLY;BYWEEKNO=1', 'BYWEEKNO is allowed only for YEARLY'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS requires another BY part'],
    ['FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50,55', 'more than 144 times per day'],
    ['FREQ=YEARLY;SKIP=BACKWARD', 'SKIP is not a part of a rule'],
    ['FREQ=DAILY;CONSTRUCTOR=1', 'CONSTRUCTOR is not a part of a rule'],
    [`FREQ=DAILY;BYHOUR=${'1,'.repeat(600)}1`, 'longer than 1000 characters'],
  ])('%s', (text, message) => {
    expect(() => parseRule(text)).toThrow(message);
  });

  test('every fault at once, where the caller wants it', () => {
    const path = ['input', 'rule'];
    expect(() => parseRule('FREQ=DAILY;COUNT=0;BYHOUR=24', path)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        fields: [
          { path, message: 'COUNT: "0" is not a number from 1 to 10000.' },
          { path, message: 'BYHOUR: "24" is not a number from 0 to 23.' },
        ],
      }),
    );
  });
});

describe('presetRule', () => {
  test.each([
    [{ preset: 'DAILY' }, 'FREQ=DAILY'],
    [{ preset: 'WEEKLY', interval: 2 }, 'FREQ=WEEKLY;INTERVAL=2'],
    [{ preset: 'MONTHLY', interval: 365, count: 3 }, 'FREQ=MONTHLY;INTERVAL=365;COUNT=3'],
    [{ preset: 'YEARLY', until: { kind: 'DATE', date: '2030-12-31' } }, 'FREQ=YEARLY;UNTIL=20301231'],
  ] as const)('%j is %s', (choice, text) => {
    expect(formatRule(presetRule(choice))).toBe(text);
    expect(parseRule(text)).toEqual(presetRule(choice));
  });

  test.each([
    [{ interval: 0 }, 'interval'],
    [{ interval: 366 }, 'interval'],
    [{ interval: 1.5 }, 'interval'],
    [{ count: 0 }, 'count'],
    [{ count: 1, until: { kind: 'DATE', date: '2030-12-31' } }, 'until'],
  ] as const)('refuses %j', (choice, field) => {
    expect(() => presetRule({ preset: 'DAILY', ...choice })).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ path: [field] })] }),
    );
  });
});
