import SchemaBuilder from '@pothos/core';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type InputLimits, limitsOf } from '../../src/schema/input-limits.ts';
import { inputCheck } from '../../src/server/graphql/input-check.ts';
import type { AppError } from '../../src/shared/errors.ts';

type Input = GraphQLArgument | GraphQLInputField;
type Declared = { place: string; input: Input };

/** Every argument of every field, and every field of an input object. */
const inputs: Declared[] = Object.values(schema.getTypeMap())
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type): Declared[] => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).map((input) => ({ place: `${type.name}.${input.name}`, input }));
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.map((input) => ({ place: `${type.name}.${field.name}(${input.name}:)`, input })),
    );
  });

const numbers = ['Int', 'Float', 'Boolean'];
/** Texts, and what is sent as a text. A scalar that is new in the schema has to be decided on. */
const texts = ['String', 'ID', 'Date', 'DateTime', 'JSON'];

const levelsOf = (type: GraphQLInputType): number => {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + levelsOf(nullable.ofType) : 0;
};

test('every text and every list that a client can send has a maximum', () => {
  expect(inputs.length).toBeGreaterThan(250);
  const without = inputs.filter(({ input }) => {
    const limits = input.extensions.limits as InputLimits | undefined;
    const type = getNamedType(input.type);
    const isText = isEnumType(type) || (isScalarType(type) && !numbers.includes(type.name));
    return !limits || (isText && !limits.length) || (levelsOf(input.type) > 0 && !limits.items);
  });
  expect(without.map(({ place }) => place)).toEqual([]);
  const scalars = inputs.map(({ input }) => getNamedType(input.type)).filter(isScalarType);
  expect(
    [...new Set(scalars.map(({ name }) => name))].filter((name) => ![...numbers, ...texts].includes(name)),
  ).toEqual([]);
});

test('no list is in a list: its entries would multiply', () => {
  expect(inputs.filter(({ input }) => levelsOf(input.type) > 1)).toEqual([]);
});

test('an input of JSON, or of a scalar that is new, must say its maximum', () => {
  const build = (options: object) => {
    const builder = new SchemaBuilder<{ Scalars: { Anything: { Input: unknown; Output: unknown } } }>({
      plugins: ['inputLimits'],
    } as never);
    builder.scalarType('Anything', { serialize: (value) => value });
    builder.queryType({
      fields: (t) => ({
        a: t.boolean({
          permission: null,
          args: { b: t.arg({ type: 'Anything', ...options }) },
          resolve: () => true,
        }),
      }),
    });
    return builder.toSchema();
  };
  expect(() => build({})).toThrow('has no maximum length. Declare it as maxLength.');
  expect(() => build({ maxLength: { max: 5, message: 'Too long.' } })).not.toThrow();
});

type Fault = { path: (string | number)[]; message: string };

/** The faults of one argument that is given in the document, and of the same one that is given in a variable. */
function faultsOf(field: string, argument: string, value: unknown): Fault[][] {
  const check = (text: string, variables: Record<string, unknown>): Fault[] => {
    try {
      inputCheck(schema, parse(text).definitions)(variables);
      return [];
    } catch (error) {
      return (error as AppError).fields ?? [];
    }
  };
  const [root] = (['Query', 'Mutation', 'Subscription'] as const).filter((name) => {
    const type = schema.getType(name);
    return isObjectType(type) && field in type.getFields();
  });
  const operation = (root ?? 'Query').toLowerCase();
  return [
    check(`${operation} { ${field}(${argument}: ${literalOf(value)}) }`, {}),
    check(`${operation} ($value: String) { ${field}(${argument}: $value) }`, { value }),
  ];
}

function literalOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalOf).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([name, inner]) => `${name}: ${literalOf(inner)}`)} }`;
}

/** Arguments of operations with the way into their inputs; an input that contains itself is entered once. */
function* places(
  input: Input,
  above: string[] = [],
  types: unknown[] = [],
): Generator<{ path: string[]; input: Input }> {
  const path = [...above, input.name];
  yield { path, input };
  const type = getNamedType(input.type);
  if (!isInputObjectType(type) || types.includes(type)) return;
  for (const field of Object.values(type.getFields())) yield* places(field, path, [...types, type]);
}

const operations = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).flatMap((field) =>
    field.args.flatMap((argument) => [...places(argument)].map((place) => ({ field: field.name, ...place }))),
  ),
);

/** A value for the first of a path, with `inner` at its end. */
function nested([, ...names]: readonly string[], inner: unknown): unknown {
  return names.reduceRight((value, name) => ({ [name]: value }), inner);
}

/** The path of a fault within lists is that of their only entry. */
const withoutIndexes = ({ path }: Fault) => path.filter((part) => typeof part === 'string');

describe.each([...new Set(operations.map(({ field }) => field))])('%s', (field) => {
  test('refuses what is too long wherever it is given', () => {
    for (const { path, input } of operations.filter((one) => one.field === field)) {
      const { length, items } = limitsOf(input);
      const argument = path[0] ?? '';
      if (length) {
        for (const faults of faultsOf(field, argument, nested(path, 'x'.repeat(length.max + 1)))) {
          expect(faults.map(({ message }) => message)).toEqual([length.message]);
          expect(faults.map(withoutIndexes)).toEqual([path]);
        }
        for (const faults of faultsOf(field, argument, nested(path, 'x'.repeat(length.max))))
          expect(faults).toEqual([]);
      }
      if (items) {
        const many = (count: number) =>
          nested(
            path,
            Array.from({ length: count }, () => null),
          );
        for (const faults of faultsOf(field, argument, many(items.max + 1))) {
          expect(faults).toEqual([{ path, message: items.message }]);
        }
        for (const faults of faultsOf(field, argument, many(items.max))) expect(faults).toEqual([]);
      }
    }
  });
});

test('the arguments of an operation have a maximum together', () => {
  const or = (levels: number): object =>
    levels === 0 ? { tags: ['a'] } : { or: Array.from({ length: 30 }, () => or(levels - 1)) };
  for (const faults of faultsOf('tasks', 'filter', or(3))) {
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toBe('The arguments of an operation can have at most 10,000 values in total.');
  }
});

test('at most twenty faults are listed', () => {
  const tags = Array.from({ length: 100 }, () => 'x'.repeat(2_000));
  for (const faults of faultsOf('createTask', 'input', { tags })) expect(faults).toHaveLength(20);
});

test('values of another form than that of their type are bounded too', () => {
  const deep = { a: [{ b: 'x'.repeat(1_100) }] };
  for (const faults of faultsOf('createTask', 'input', { title: deep }))
    expect(faults).toMatchObject([{ path: ['input', 'title'] }]);
  for (const faults of faultsOf('tasks', 'first', 'x'.repeat(1_100)))
    expect(faults).toMatchObject([{ path: ['first'] }]);
});

test('JSON is as long as its text', () => {
  const plan = (length: number) => ({ plan: { steps: ['x'.repeat(length - '{"steps":[""]}'.length)] } });
  for (const faults of faultsOf('submitExecution', 'input', plan(256 * 1024))) expect(faults).toEqual([]);
  for (const faults of faultsOf('submitExecution', 'input', plan(256 * 1024 + 1))) {
    expect(faults).toEqual([{ path: ['input', 'plan'], message: 'A plan can have at most 256 KiB.' }]);
  }
  const numbers = { plan: Array.from({ length: 131_073 }, () => 1) };
  for (const faults of faultsOf('submitExecution', 'input', numbers)) expect(faults).toHaveLength(1);
});

test('spaces around a text do not count, as they are not stored', () => {
  for (const faults of faultsOf('createTask', 'input', { title: ` ${'x'.repeat(500)} ` })) expect(faults).toEqual([]);
  for (const faults of faultsOf('createTask', 'input', { title: `x${' '.repeat(2_000)}` }))
    expect(faults).toHaveLength(1);
});
