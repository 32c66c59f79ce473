import fc from 'fast-check';
import {
  buildSchema,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isListType,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import { coerceVariables } from '../../src/server/graphql/coerce-variables.ts';
import { validateDocument } from '../../src/server/graphql/validate-document.ts';
import { AppError } from '../../src/shared/errors.ts';
import { factsOf } from '../support/prepared.ts';

// Variables are coerced by our own function, which must give what graphql-js gives, and refuse what graphql-js refuses.

const schema: GraphQLSchema = buildSchema(/* GraphQL */ `
  enum Colour { RED GREEN }
  input Size { width: Int! = 3, unit: String = "cm", colour: Colour, parts: [[Int!]!] }
  input Note { text: String!, tags: [String] = ["t"], more: Note, colour: Colour = RED, ratio: Float, done: Boolean }
  input Choice @oneOf { id: ID, size: Size }
  type Query {
    echo(size: Size, note: Note!, notes: [Note!], choice: Choice, colour: Colour = GREEN, numbers: [Int!]!): String
  }
`);
const document = parse(`
  query ($size: Size = { width: 7 }, $note: Note!, $notes: [Note!], $choice: Choice, $colour: Colour, $numbers: [Int!]! = [1]) {
    echo(size: $size, note: $note, notes: $notes, choice: $choice, colour: $colour, numbers: $numbers)
  }
`);
const definitions = (document.definitions[0] as OperationDefinitionNode).variableDefinitions ?? [];

const text = fc.constantFrom('RED', 'BLUE', 'text', '7', '');
const leaf = fc.oneof(
  text,
  fc.integer({ min: -3, max: 3 }),
  fc.constant(2 ** 40),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const keys = fc.constantFrom(
  ...['width', 'unit', 'colour', 'parts', 'text', 'tags', 'more', 'ratio', 'done', 'id', 'size', 'nope', 'toString'],
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 3, arbitrary: leaf },
    { weight: 4, arbitrary: fc.dictionary(keys, tie('value'), { maxKeys: 4 }) },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
  ),
}));
/** Near enough to what is valid that many values are. */
const note = fc.record(
  { text, tags: fc.oneof(text, fc.array(text)), more: fc.record({ text }), ratio: fc.integer(), done: fc.boolean() },
  { requiredKeys: ['text'] },
);
const size = fc.record(
  { width: fc.integer({ min: 0, max: 9 }), parts: fc.constantFrom(1, [2], [[3], [4, 5]]) },
  { requiredKeys: [] },
);
const mostly = (valid: fc.Arbitrary<unknown>) => fc.oneof({ weight: 9, arbitrary: valid }, value);
const variables = fc.record(
  {
    size: mostly(size),
    note: mostly(note),
    notes: mostly(fc.oneof(note, fc.array(note))),
    choice: mostly(size.map((one) => ({ size: one }))),
    colour: mostly(fc.constantFrom('RED', 'GREEN', null)),
    numbers: mostly(fc.oneof(fc.integer(), fc.array(fc.integer()))),
  },
  { requiredKeys: ['note'] },
);

test('values are coerced as graphql-js coerces them, and refused where graphql-js refuses them', () => {
  let valid = 0;
  const property = fc.property(variables, (drawn) => {
    const given = JSON.parse(JSON.stringify(drawn)) as Record<string, unknown>;
    const { coerced, errors } = getVariableValues(schema, definitions, given);
    if (errors) {
      expect(() => coerceVariables(schema, factsOf(document), given)).toThrow(AppError);
      return;
    }
    valid += 1;
    expect(coerceVariables(schema, factsOf(document), given)).toEqual(coerced);
    // Absent, undefined and null are told apart, and the order is the same.
    expect(JSON.stringify(coerceVariables(schema, factsOf(document), given))).toBe(JSON.stringify(coerced));
  });
  fc.assert(property, { numRuns: 2_000 });
  expect(valid).toBeGreaterThan(100);
});

test('faults are those of graphql-js, but for suggestions', () => {
  const given = { note: { text: 1, colour: 'REDD', nope: 1 }, notes: [{}], choice: { id: 1, size: {} }, numbers: null };
  try {
    coerceVariables(schema, factsOf(document), given);
    expect.unreachable();
  } catch (error) {
    expect((error as AppError).fields).toEqual([
      { path: ['note', 'text'], message: 'String cannot represent a non string value: 1' },
      { path: ['note', 'colour'], message: 'Value "REDD" does not exist in "Colour" enum.' },
      { path: ['note', 'nope'], message: 'Field "nope" is not defined by type "Note".' },
      { path: ['notes', 0, 'text'], message: 'Field "text" of required type "String!" was not provided.' },
      { path: ['choice'], message: 'Exactly one key must be specified for OneOf type "Choice".' },
      { path: ['numbers'], message: 'A value of type [Int!]! is required.' },
    ]);
  }
});

/** A value as a literal: what is a name where an enum is expected is a text anywhere else. */
function literalOf(value: unknown, type: GraphQLInputType | undefined): string {
  const nullable = type && getNullableType(type);
  if (isListType(nullable)) {
    if (!Array.isArray(value)) return literalOf(value, nullable.ofType);
    return `[${value.map((entry) => literalOf(entry, nullable.ofType)).join(', ')}]`;
  }
  if (Array.isArray(value)) return `[${value.map((entry) => literalOf(entry, undefined)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = isInputObjectType(nullable) ? nullable.getFields() : {};
    const parts = Object.entries(value).map(([name, part]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return `${name}: ${literalOf(part, field?.type)}`;
    });
    return `{ ${parts.join(', ')} }`;
  }
  if (isEnumType(nullable) && typeof value === 'string' && /^[A-Z]+$/.test(value)) return value;
  return JSON.stringify(value);
}

const argumentTypes = new Map(
  schema
    .getQueryType()
    ?.getFields()
    .echo?.args.map(({ name, type }) => [name, type]),
);

function pathsOf(faults: readonly { path: readonly (string | number)[] }[]): string[] {
  return [...new Set(faults.map(({ path }) => JSON.stringify(path)))].toSorted();
}

test('a literal has faults at the same paths as a variable with the same value', () => {
  let faulty = 0;
  const property = fc.property(variables, (drawn) => {
    const given = JSON.parse(JSON.stringify({ numbers: [1], ...drawn })) as Record<string, unknown>;
    const passed = Object.entries(given).map(([name, part]) => `${name}: ${literalOf(part, argumentTypes.get(name))}`);
    const errors = validateDocument(schema, parse(`{ echo(${passed.join(', ')}) }`));
    const ofLiteral = errors.flatMap(({ originalError }) => (originalError as AppError | undefined)?.fields ?? []);
    // Both list the first faults only.
    fc.pre(errors.length < 20);
    expect(ofLiteral.length).toBe(errors.length);
    if (errors.length > 0) faulty += 1;
    expect(pathsOf(ofLiteral)).toEqual(pathsOf(faultsOf(given)));
  });
  fc.assert(property, { numRuns: 500 });
  expect(faulty).toBeGreaterThan(100);
});

test.each([
  ['a required argument that is not given', '{ echo }', 'query ($note: Note!) { echo(note: $note) }'],
  ['null for a required argument', '{ echo(note: null) }', 'query ($note: Note!) { echo(note: $note) }'],
])('%s has the path of the argument', (_, literal, variable) => {
  const [error] = validateDocument(schema, parse(literal));
  expect((error?.originalError as AppError | undefined)?.fields?.map(({ path }) => path)).toEqual([['note']]);
  expect(faultsOf({ note: null }, parse(variable)).map(({ path }) => path)).toEqual([['note']]);
});

function faultsOf(given: Record<string, unknown>, of = document): readonly { path: (string | number)[] }[] {
  try {
    coerceVariables(schema, factsOf(of), given);
    return [];
  } catch (error) {
    return (error as AppError).fields ?? [];
  }
}
