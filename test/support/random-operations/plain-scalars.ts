import type { SampleScalar } from './values.ts';

/** Valid values of every scalar, whatever they are for. */
export const plainScalars: SampleScalar = (choose, scalar, name) => {
  if (name === 'typeName') return choose.pick(['Task', 'TaskFilter', 'Priority', 'Node', 'Nothing']);
  const all = samples[scalar];
  if (!all) throw new Error(`Add samples of the scalar ${scalar} to plain-scalars.ts.`);
  return choose.pick(all);
};

const samples: Record<string, readonly unknown[]> = {
  String: ['', 'milk', 'two words', 'line\nbreak', 'Ünïcödé 🎉', '"quoted" \\ back', '{"a": 1}', '$v0', '0'],
  ID: ['a1', 'VGFzazox', '7', 7],
  Int: [0, 1, -1, 50, 2_147_483_647, -2_147_483_648],
  Float: [0, 1, -2, 0.5, 1e21, -1.25e-7],
  Boolean: [true, false],
  Date: ['2026-02-28', '2028-02-29', '1999-12-31'],
  DateTime: ['2026-02-04T10:00:00Z', '2026-02-04T11:30:00.250+01:00'],
  JSON: [
    null,
    true,
    3,
    'text',
    [],
    {},
    [1, [2, null]],
    { a: 1, b: { c: ['x', { d: null }] }, e: [] },
    { steps: [{ name: 'x', seconds: 2.5 }] },
  ],
};
