import { expect, test } from 'vitest';
import { getDatamodel } from '../../src/generated/pothos-types.ts';
import { parseRowJson } from '../../src/shared/row-json.ts';

test('a row read back has its dates again, and only those', () => {
  const row = { title: '2026-02-04T10:00:00.000Z', createdAt: new Date(0), dueDate: new Date(5), completedAt: null };
  expect(parseRowJson(JSON.stringify(row))).toEqual(row);
});

test('exactly the dates of the tables are named so that they are found', () => {
  const fields = Object.entries(getDatamodel().datamodel.models).flatMap(([model, { fields }]) =>
    fields.map(({ name, type }) => ({ field: `${model}.${name}`, isDate: type === 'DateTime' })),
  );
  expect(fields.filter(({ isDate }) => isDate).length).toBeGreaterThan(10);
  expect(fields.filter(({ field, isDate }) => isDate !== /(At|Date)$/.test(field))).toEqual([]);
});
