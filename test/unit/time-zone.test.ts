import { expect, test } from 'vitest';
import { timeZoneSchema } from '../../src/shared/time-zone.ts';

const parsed = (name: string) => timeZoneSchema.safeParse(name);

test.each([
  ['europe/berlin', 'Europe/Berlin'],
  ['EUROPE/BERLIN', 'Europe/Berlin'],
  ['america/port-au-prince', 'America/Port-au-Prince'],
  ['utc', 'UTC'],
  ['etc/gmt+5', 'Etc/GMT+5'],
  // Other names of a time zone stay as they are.
  ['asia/kolkata', 'Asia/Kolkata'],
  ['us/pacific', 'US/Pacific'],
])('%s is read as %s', (name, expected) => {
  expect(parsed(name).data).toBe(expected);
});

test('every name that Intl lists is read as it is, in any letter case', () => {
  const names = Intl.supportedValuesOf('timeZone');
  expect(names.length).toBeGreaterThan(300);
  for (const spelled of [names, names.map((name) => name.toLowerCase()), names.map((name) => name.toUpperCase())])
    expect(spelled.map((name) => parsed(name).data)).toEqual(names);
});

test.each([
  'Mars/Olympus',
  '+01:00',
  'Z',
  '',
  'europe/berlin ',
  'PST',
  '2026-02-05T17:00[Europe/Berlin]',
  'T17:00[Europe/Berlin]',
])('%j is refused', (name) => {
  expect(parsed(name).error?.issues).toMatchObject([{ message: expect.stringContaining('is not an IANA time zone') }]);
});
