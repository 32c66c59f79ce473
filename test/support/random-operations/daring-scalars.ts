import type { Choose } from './choose.ts';
import type { SampleScalar } from './values.ts';

/** Values that fit their place, values at its bounds, and values that do not fit; ids are those of a tenant. */
export function daringScalars(ids: ReadonlyMap<string, readonly string[]>): SampleScalar {
  const idFor = (choose: Choose, name: string) => {
    const [parent = '', own = ''] = name.toLowerCase().split(' ');
    const word = /^ids?$/.test(own) ? parent : own;
    const fitting = [...ids.keys()].filter((kind) => word.includes(alias(kind)));
    const longest = fitting.sort((a, b) => b.length - a.length)[0];
    const kind = longest && choose.percent(85) ? longest : choose.pick([...ids.keys()]);
    return choose.percent(5) ? choose.pick(['', 'x', 'VGFzazox', '7', '🎉']) : choose.pick(ids.get(kind) ?? ['x']);
  };
  return (choose, scalar, name) => {
    if (choose.percent(1)) return choose.pick(['', 'wrong', 1, -1, 1.5, true]);
    if (scalar === 'ID') return idFor(choose, name);
    const own = name.split(' ').at(-1) ?? '';
    if (own === 'idempotencyKey') return `key ${choose.below(100_000)}`;
    const sample = (scalar === 'String' || scalar === 'Float' ? named[own] : undefined) ?? samples[scalar];
    if (!sample) throw new Error(`Add samples of the scalar ${scalar} to daring-scalars.ts.`);
    return choose.pick(choose.percent(15) ? sample.unusual : sample.usual);
  };
}

/** What an id of this kind is called in the names of arguments. */
function alias(kind: string): string {
  return kind === 'User' ? 'user' : kind.toLowerCase();
}

type Sample = { usual: readonly unknown[]; unusual: readonly unknown[] };

const days: Sample = {
  usual: ['2026-11-27', '2027-02-28', '2028-02-29', '2030-06-15'],
  unusual: ['1900-01-01', '9999-12-31', '0000-01-01', '2027-02-30'],
};

/** By what they are for. */
const named: Record<string, Sample> = {
  timeZone: { usual: ['UTC', 'Europe/Berlin', 'Pacific/Apia', 'Asia/Kathmandu'], unusual: ['Nowhere/None', ''] },
  rule: {
    usual: ['FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO,WE', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=HOURLY'],
    unusual: ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=SECONDLY', 'nonsense'],
  },
  color: { usual: ['#ff0000', '#00ff7f'], unusual: ['#FFF', 'red'] },
  email: { usual: ['new@example.test', 'other@example.test'], unusual: ['not an address', 'Ü@example.test'] },
  url: { usual: ['https://hooks.example.test/x'], unusual: ['ftp://x', 'https://127.0.0.1/'] },
  timeOfDay: { usual: ['07:30', '00:00'], unusual: ['24:00', 'noon'] },
  waitSeconds: { usual: [0, 0.01], unusual: [-1, 21] },
  typeName: { usual: ['Task'], unusual: ['Nothing'] },
  after: { usual: [null], unusual: ['x', 'WyJhIl0'] },
  before: { usual: [null], unusual: ['x', 'WyJhIl0'] },
};

const samples: Record<string, Sample> = {
  String: {
    usual: ['milk', 'Call mom at noon', 'C++ 2.10 🎉', 'İstanbul ße', 'remind me every monday at 9 to swim'],
    unusual: ['', ' ', '%', "'; DROP", 'x'.repeat(12_000), 'a\u0000b', '\ud800', 'a\u0301'.repeat(300)],
  },
  Int: { usual: [1, 2, 3, 5, 10, 50], unusual: [0, -1, 200, 201, 365, 1_440, 2_147_483_647, -2_147_483_648] },
  Float: { usual: [0, 1, 0.5, 3], unusual: [-1, 1e308, 1e-300] },
  Boolean: { usual: [true, false], unusual: [true, false] },
  Date: days,
  DateTime: {
    usual: days.usual.map((day) => `${day}T10:00:00Z`),
    unusual: [
      ...days.unusual.map((day) => `${day}T10:00:00Z`),
      '2026-03-29T02:30:00+01:00',
      '9999-12-31T23:59:59-14:00',
    ],
  },
  JSON: {
    usual: [
      { steps: [{ name: 'a', type: 'wait', input: { seconds: 1 } }] },
      { steps: [{ name: 'b', type: 'validate', input: { checks: [] } }] },
    ],
    unusual: [
      null,
      {},
      [],
      'text',
      { steps: [] },
      {
        steps: [
          { name: 'a', type: 'wait', input: { seconds: -1 }, maxAttempts: 0 },
          { name: 'a', type: 'none' },
        ],
      },
      { steps: [{ name: 'a', type: 'http', input: { method: 'GET', url: 'http://127.0.0.1:1/' }, dependsOn: ['b'] }] },
    ],
  },
};
