import { execute, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { schema } from '../../src/schema/index.ts';
import { admitOperation } from '../../src/server/graphql/limits.ts';
import { introspectionQueries } from '../support/introspection-queries.ts';
import { factsOf } from '../support/prepared.ts';

const { limits } = loadConfig({});
const admitted = (text: string, given = {}) => admitOperation(schema, factsOf(parse(text)), { given, limits });
const refusalOf = (text: string) => {
  try {
    return admitted(text).cost;
  } catch (error) {
    return error;
  }
};

type Query = readonly [name: string, text: string, variables?: Record<string, unknown>];

const further: readonly Query[] = [
  ['one type', 'query ($name: String!) { __type(name: $name) { name fields { name } } }', { name: 'Task' }],
  ['no type', '{ __type(name: "None") { name } }'],
  ['merged fields', '{ __schema { queryType { name } } __schema { queryType { kind } types { name } } }'],
  ['aliases', '{ a: __type(name: "Task") { __proto__: name b: kind } c: __schema { d: queryType { e: __typename } } }'],
  [
    'conditions',
    `query ($yes: Boolean = true, $no: Boolean!) {
      __schema @include(if: $yes) { queryType { name @skip(if: $yes) kind @skip(if: $no) } }
      left: __schema @include(if: $no) { description }
      __type(name: "Task") { fields(includeDeprecated: $yes) { name ...Reason @include(if: $yes) } }
    } fragment Reason on __Field { isDeprecated deprecationReason }`,
    { no: false },
  ],
  [
    'fragments',
    `{ ... on Query { ...Schema } ... { __type(name: "Task") { ...Type ... on __Type { ...Type description } } } }
     fragment Schema on Query { __schema { directives { ...Directive } types { ...Type } } }
     fragment Directive on __Directive { name locations isRepeatable args { type { ...Type } } }
     fragment Type on __Type { name kind ofType { name ofType { kind ofType { name } } } isOneOf specifiedByURL }`,
  ],
];

const queries: Query[] = [...introspectionQueries, ...further];

test.each(queries.map((query) => ({ query, name: query[0] })))(
  'introspection is answered as by graphql-js: $name',
  ({ query }) => {
    const [, text, given = {}] = query;
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const { data } = execute({ schema, document, variableValues: given }) as { data: object };
    const { introspected } = admitted(text, given);
    const answer = introspected?.keys.map((key) => [key, introspected.values.get(key)]) ?? [];
    // As text, so that the order of fields counts.
    expect(JSON.stringify(Object.fromEntries(answer))).toBe(JSON.stringify(data));
  },
);

describe('the cost of introspection', () => {
  test.each(introspectionQueries)('is within the default limits for what tools ask: %s', (_name, text) => {
    expect(admitted(text).cost).toBeLessThan(limits.queryCost / 2);
  });

  test('is a point for each 100 bytes of the answer', () => {
    for (const [, text] of [...introspectionQueries, ...further.filter(([name]) => name !== 'conditions')]) {
      const document = parse(text);
      const variables = { name: 'Task' };
      const size = JSON.stringify(execute({ schema, document, variableValues: variables })).length;
      const bytes = admitted(text, variables).introspected?.bytes ?? 0;
      expect(bytes).toBeGreaterThan(size * 0.9 - 100);
      expect(bytes).toBeLessThan(size * 1.1 + 100);
    }
  });

  const times = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index)).join(' ');
  const longName = 'n'.repeat(20_000);

  test.each([
    ['aliases', `{ ${times(185, (n) => `a${n}: __schema { types { name } }`)} }`],
    ['few aliases', `{ ${times(25, (n) => `a${n}: __schema { types { name kind description fields { name } } }`)} }`],
    [
      'aliases in fragments',
      `{ __schema { types { ${times(29, (n) => `a${n}: description ...F`)} } } } fragment F on __Type { b: name }`,
    ],
    ['long aliases', `{ __schema { types { ${longName}: name } } }`],
    [
      'fragments that spread each other',
      `{ __schema { types { ...F0 } } } ${times(20, (n) => `fragment F${n} on __Type { a: ofType { ...F${n + 1} } b: possibleTypes { ...F${n + 1} } }`)}
       fragment F20 on __Type { name }`,
    ],
    ['nested fields', `{ __schema { types { ${'interfaces { '.repeat(20)} name ${'} '.repeat(20)} } } }`],
  ])('limits %s', (_name, text) => {
    expect(refusalOf(text)).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
  });
});
