import {
  buildASTSchema,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLScalarType,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { createExecutor } from '../../src/server/graphql/execution.ts';
import { AppError } from '../../src/shared/errors.ts';
import { prepared } from '../support/prepared.ts';

const sdl = /* GraphQL */ `
  scalar Day
  enum Colour { RED GREEN }
  input Size { width: Int! = 3, unit: String = "cm", colour: Colour, days: [Day!] }
  input Note { id: ID, text: String!, tags: [String] = ["t"], more: Note, at: Day, colour: Colour = RED, ratio: Float }
  interface Thing { id: ID! label: String }
  type Box implements Thing { id: ID! label: String size: Int! inner: Box broken: Int! maybe: Int late(ms: Int = 1): String! }
  type Ball implements Thing { id: ID! label: String radius: Float }
  type Odd { id: ID! }
  union Anything = Box | Ball | Odd
  type Query {
    box(id: ID = "b1"): Box
    boxes(first: Int!): [Box!]!
    things: [Thing]
    anything(kind: String): Anything
    echo(size: Size, colour: Colour = GREEN, day: Day, list: [Int!], text: String, note: Note, notes: [Note!]): String
    colour: Colour
    fails(code: String!): String
    failsHard: String!
    notAList: [Int]
    holes: [Int!]
    badInt: Int
    typeFails: Thing
  }
  type Mutation { add(n: Int!): Int!, addFails(n: Int!): Int }
`;
const box = (id: string): object => ({ id, label: `box ${id}`, size: 4, broken: null, maybe: null });

/** The arguments as text, whatever order they were given in. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b)))
      : part,
  );

function makeSchema(): GraphQLSchema {
  const schema = buildASTSchema(parse(sdl));
  const on = (name: string, resolvers: Record<string, GraphQLFieldResolver<{ id: string }, unknown>>) => {
    const fields = (schema.getType(name) as GraphQLObjectType).getFields();
    for (const [key, resolve] of Object.entries(resolvers)) Object.assign(fields[key] ?? {}, { resolve });
  };
  const day = schema.getType('Day') as GraphQLScalarType;
  day.serialize = (value) => (value as Date).toISOString().slice(0, 10);
  day.parseValue = (value) => {
    if (typeof value !== 'string') throw new GraphQLError(`Not a day: ${String(value)}`);
    return new Date(value);
  };
  const resolveType = (value: { kind?: string }) => {
    if (value.kind === 'throw') throw new Error('no type');
    return value.kind ?? ('radius' in value ? 'Ball' : 'Box');
  };
  for (const name of ['Thing', 'Anything']) Object.assign(schema.getType(name) ?? {}, { resolveType });
  on('Query', {
    box: (_s, { id }) => Promise.resolve(id === 'none' ? null : box(id)),
    boxes: (_s, { first }) => Array.from({ length: first }, (_, n) => box(`b${n}`)),
    things: () => [
      box('x'),
      Promise.resolve({ id: 'y', radius: 1.5 }),
      null,
      new Error('item'),
      Promise.reject(new Error('late item')),
    ],
    anything: (_s, { kind }) => ({ id: 'o', kind: kind ?? 'Odd' }),
    echo: (_s, args) => inOrder(args),
    colour: () => 'PURPLE',
    fails: (_s, { code }) => Promise.reject(new AppError(code, `failed ${code}`)),
    failsHard: () => {
      throw new AppError('CONFLICT', 'hard');
    },
    notAList: () => 5,
    holes: () => [1, null, 3],
    badInt: () => 'x',
    typeFails: () => Promise.resolve({ id: 'q', kind: 'throw' }),
  });
  on('Box', { inner: (source) => Promise.resolve(box(`${source.id}.i`)), late: async (_s, { ms }) => `after ${ms}` });
  let total = 0;
  on('Mutation', {
    add: async (_s, { n }) => {
      await null;
      total += n;
      return n * 10;
    },
    addFails: async (_s, { n }) => {
      throw new AppError('CONFLICT', `no ${n} ${total >= 0}`);
    },
  });
  return schema;
}

const cases: [string, Record<string, unknown>?][] = [
  ['{ box { id label size inner { id inner { id } } } }'],
  ['{ box(id: "none") { id } }'],
  ['{ boxes(first: 3) { id late inner { late(ms: 7) } } }'],
  ['{ box { id broken } }'],
  ['{ boxes(first: 2) { id broken } }'],
  ['{ boxes(first: 2) { id maybe } }'],
  ['{ things { id label ... on Box { size } ... on Ball { radius } __typename } }'],
  ['{ a: anything { __typename ... on Odd { id } } b: anything(kind: "Box") { ... on Box { id label } } }'],
  ['{ anything(kind: "Nope") { __typename } }'],
  ['{ typeFails { id } }'],
  ['{ anything(kind: "throw") { __typename } }'],
  ['query ($s: Size) { echo(size: $s) }'],
  ['query ($s: Size) { echo(size: $s) }', { s: { days: ['2026-01-02'] } }],
  ['query ($s: Size) { echo(size: $s) }', { s: null }],
  ['query ($s: Size = {width: 9}) { echo(size: $s, colour: RED) }'],
  [
    'query ($n: Note!) { echo(note: $n) }',
    { n: { text: 'a', tags: 'one', id: 7, more: { text: 'b', tags: [null, 'x'] } } },
  ],
  ['query ($n: [Note!]) { echo(notes: $n) }', { n: { text: 'a', at: '2026-03-04', colour: 'RED', ratio: 2 } }],
  ['query ($n: [Note!]) { echo(notes: $n) }', { n: [] }],
  ['query ($d: Day) { echo(day: $d, text: "t") }', { d: '2026-02-03' }],
  ['query ($d: Day!) { echo(size: {width: 1, days: [$d]}) }', { d: '2026-02-03' }],
  ['query ($w: Int!, $t: String) { echo(list: [1, $w], note: { text: "x", tags: [$t] }) }', { w: 5 }],
  ['query ($w: Int! = 4) { echo(size: {width: $w}) }'],
  ['query ($l: [Int!]) { echo(list: $l) }', { l: 3 }],
  ['query ($c: Colour) { echo(colour: $c) }'],
  ['query ($c: Colour) { echo(colour: $c) }', { c: null }],
  ['{ echo(list: 5, day: "2026-01-01") }'],
  ['{ colour }'],
  ['{ fails(code: "NOT_FOUND") colour }'],
  ['{ failsHard }'],
  ['{ notAList }'],
  ['{ holes }'],
  ['{ badInt }'],
  [
    'query ($yes: Boolean!) { box { id @include(if: $yes) label @skip(if: $yes) ...F @include(if: $yes) } } fragment F on Box { size inner { id @skip(if: $yes) label } }',
    { yes: true },
  ],
  [
    'query ($yes: Boolean!) { box { id @include(if: $yes) label @skip(if: $yes) ...F @include(if: $yes) } } fragment F on Box { size inner { id @skip(if: $yes) label } }',
    { yes: false },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { box { ...F @include(if: $a) inner { ...F @include(if: $b) } } } fragment F on Box { size late }',
    { a: true, b: false },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { box { ...F @include(if: $a) inner { ...F @include(if: $b) } } } fragment F on Box { size late }',
    { a: false, b: true },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { box { ... @include(if: $a) { size } ... on Box @skip(if: $b) { size label } size @skip(if: $b) } }',
    { a: false, b: false },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { box { ... @include(if: $a) { size } ... on Box @skip(if: $b) { size label } size @skip(if: $b) } }',
    { a: true, b: true },
  ],
  ['query ($a: Boolean = false) { things @include(if: $a) { id } colour @skip(if: $a) }'],
  ['{ __typename b: box { t: __typename } }'],
  ['mutation { a: add(n: 1) b: add(n: 2) c: add(n: 3) }'],
  ['mutation { a: add(n: 1) b: addFails(n: 2) c: add(n: 3) }'],
  ['mutation ($n: Int!) { add(n: $n) }', { n: 1 }],
];

/** What a client could tell apart, and what the error mapping looks at. */
const seen = (result: ExecutionResult) => ({
  data: result.data === undefined ? 'absent' : result.data,
  errors: (result.errors ?? [])
    .map((error) => ({
      message: error.originalError instanceof AppError ? error.message : 'masked',
      path: error.path,
      locations: error.locations,
      isGraphQL: error instanceof GraphQLError,
      cause: error.originalError instanceof AppError ? error.originalError.code : null,
    }))
    .sort((a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
});

const schema = makeSchema();
const executor = createExecutor(schema);
test.each(cases)('compiled and interpreted answer alike: %s %j', async (source, variableValues) => {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const interpreted = seen(await execute({ schema, document, variableValues, contextValue: {} }));
  const args = { schema, ...prepared(schema, document, variableValues), contextValue: {} };
  await executor.execute(args);
  const compiled = seen(await executor.execute(args));
  expect(compiled).toEqual(interpreted);
});
