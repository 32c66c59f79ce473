import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contract, kindNames } from '../../src/events/contract.ts';
import { parseRow } from '../../src/events/parse-row.ts';
import { getDatamodel } from '../../src/generated/pothos-types.ts';
import { parseOutcomeJson, toOutcomeJson } from '../../src/shared/outcome-json.ts';

test('a row read back has its dates again, and only those', () => {
  const row = { title: '2026-02-04T10:00:00.000Z', createdAt: new Date(0), dueDate: new Date(5), completedAt: null };
  expect(parseRow('task', JSON.stringify(row))).toEqual(row);
});

test('what is inside a JSON column stays as it is, whatever its keys are called', () => {
  const json = {
    startAt: '2026-02-04T10:00:00.000Z',
    steps: [{ dueDate: '2026-02-04', output: { finishedAt: 'soon' } }],
  };
  const filter = { filter: json, orderBy: json, createdAt: new Date(0) };
  expect(parseRow('savedFilter', JSON.stringify(filter))).toEqual(filter);
  const proposal = { content: json, createdAt: new Date(0) };
  expect(parseRow('chatProposal', JSON.stringify(proposal))).toEqual(proposal);
});

test('exactly the dates of the tables are declared as such', () => {
  const { models } = getDatamodel().datamodel;
  for (const kind of kindNames) {
    const model = models[`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`];
    const omitted: readonly string[] = contract[kind].omitted;
    const dates = model?.fields.filter(({ name, type }) => type === 'DateTime' && !omitted.includes(name));
    expect(dates?.length).toBeGreaterThan(0);
    expect(Object.keys(contract[kind].dates).sort(), kind).toEqual(dates?.map(({ name }) => name).sort());
  }
});

test('a row of a kind that only a later version knows is read without its dates', () => {
  const row = { id: 'a', createdAt: '2026-02-04T10:00:00.000Z' };
  expect(parseRow('robot' as 'task', JSON.stringify(row))).toEqual(row);
});

test('a stored outcome read back has its dates, and keys of users as they were', () => {
  const key = fc.constantFrom('$date', '$$date', '$', '$ref', 'startAt', 'dueDate', 'date', '__proto__', 'toString');
  const instant = fc.date({ noInvalidDate: true });
  const text = instant.map((date) => date.toISOString());
  const outcome = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      instant,
      text,
      fc.jsonValue(),
      fc.array(tie('value')),
      fc.dictionary(fc.oneof(key, fc.string()), tie('value')),
    ),
  })).value;
  fc.assert(
    fc.property(outcome, (result) => {
      expect(parseOutcomeJson(toOutcomeJson({ result }))).toEqual({ result: normal(result) });
    }),
    { numRuns: 500 },
  );
});

/** As JSON keeps it: -0 is 0, and objects have a prototype. */
function normal(value: unknown): unknown {
  if (value instanceof Date || typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map(normal);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, normal(field)]));
}
