import {
  coerceInputValue,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLScalarType,
  getNamedType,
  isInputObjectType,
  parseValue,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { operationsOf } from '../support/schema-walk.ts';

/** Every argument of an operation, and every field of an input object, with its place. */
function inputs(): { place: string; name: string; type: GraphQLInputType }[] {
  const ofOperations = operationsOf(schema).flatMap(({ field }) =>
    field.args.map(({ name, type }) => ({ place: `${field.name}(${name}:)`, name, type })),
  );
  const ofObjects = Object.values(schema.getTypeMap())
    .filter(isInputObjectType)
    .flatMap((object) =>
      Object.values(object.getFields()).map(({ name, type }: GraphQLInputField) => {
        return { place: `${object.name}.${name}`, name, type };
      }),
    );
  return [...ofOperations, ...ofObjects];
}

const dates = inputs().filter(({ type }) => ['Date', 'DateTime'].includes(getNamedType(type).name));

/** Names that say a date. */
const saysDate = /^(?:date|at|now|since|until|start|end)$|(?:At|Date|From|Until|Since|Before)$/;

test('every input whose name says a date is a Date or a DateTime', () => {
  expect(dates.length).toBeGreaterThanOrEqual(9);
  const places = dates.map(({ place }) => place);
  // An input object of such a name is no date; the dates in it are looked at by themselves.
  const named = inputs().filter(({ name, type }) => saysDate.test(name) && !isInputObjectType(getNamedType(type)));
  expect(named.map(({ place }) => place).filter((place) => !places.includes(place))).toEqual([]);
});

const outside = {
  Date: ['9999-12-31', '0000-01-01', '1899-12-31', '10000-01-01', '+010000-01-01', '2026-02-30'],
  DateTime: [
    '9999-12-31T00:00:00Z',
    '9999-12-31T23:59:59-14:00',
    '9999-12-30T23:59:59-14:00',
    '1899-12-31T23:59:59Z',
    '1900-01-01T00:00:00+14:00',
    '0000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
  ],
};
const inside = {
  Date: ['1900-01-01', '9999-12-30'],
  DateTime: ['1900-01-01T00:00:00Z', '9999-12-30T23:59:59.999Z', '9999-12-31T10:00:00+14:00'],
};

test.each(dates)('$place takes dates of the range and no others', ({ type }) => {
  const scalar = getNamedType(type) as GraphQLScalarType;
  const name = scalar.name as keyof typeof outside;
  const isTaken = (text: string) => {
    let isGood = true;
    coerceInputValue(text, scalar, () => {
      isGood = false;
    });
    let isGoodLiteral = true;
    try {
      scalar.parseLiteral(parseValue(JSON.stringify(text)));
    } catch {
      isGoodLiteral = false;
    }
    expect(isGoodLiteral).toBe(isGood);
    return isGood;
  };
  expect(outside[name].filter(isTaken)).toEqual([]);
  expect(inside[name].filter(isTaken)).toEqual(inside[name]);
});
