import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectLittleCost, sendAttack } from '../../support/attack.ts';
import { allOptions } from '../../support/introspection-queries.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import type { Caller } from '../../support/person.ts';

let measured: MeasuredServer;
let viewer: Caller;
beforeAll(async () => {
  // More than 10,000 documents are sent within a minute.
  measured = await openMeasuredServer({
    env: {
      ERRAND_LIMIT_REQUESTS_PER_MINUTE: '1000000',
      ERRAND_LIMIT_POINTS_PER_MINUTE: '1000000000',
      ERRAND_LIMIT_TENANT_POINTS_PER_MINUTE: '1000000000',
    },
  });
  viewer = await measured.person('VIEWER');
  await sendAttack(measured.url, viewer.token, { body: { query: '{ me { role } }' } });
});
afterAll(() => measured[Symbol.asyncDispose]());

const times = (count: number, text: (index: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);

/** Each in as many tokens as are allowed. `n` makes it another document each time. */
const documents: [string, (n: number) => string][] = [
  ['comments', (n) => `${'#\n'.repeat(325_000)}query Q${n}{me{role}}`],
  ['comments within the limit', (n) => `${'#\n'.repeat(15_900)}query Q${n}{me{role}}`],
  ['lines before errors', (n) => `query Q${n}{me{${'\n'.repeat(26_000)}${times(900, (i) => `x${i}`)}}}`],
  ['a field again and again', (n) => `query Q${n}{me{${times(1_950, () => 'role')}}}`],
  ['a field as often as it may be compared', (n) => `query Q${n}{me{${times(140, () => 'role')}}}`],
  ['an object 300 times', (n) => `{x${n}:__typename me{${times(300, () => 'user{id}')}}}`],
  ['an object as often as it may be compared', (n) => `query Q${n}{me{${times(140, () => 'user{id}')}}}`],
  [
    'objects in several selection sets',
    (n) => `query Q${n}{${times(9, (i) => `a${i}:me{${times(47, () => 'user{id}')}}`)}}`,
  ],
  ['objects in repeated objects', (n) => `query Q${n}{${times(12, () => `me{${times(35, () => 'user{id}')}}`)}}`],
  ['objects in inline fragments', (n) => `query Q${n}{me{${times(240, () => '...{user{id}}')}}}`],
  [
    'objects in fragments',
    (n) =>
      `query Q${n}{me{${times(60, (i) => `...F${i}`)}}} ${times(60, (i) => `fragment F${i} on Member{${times(5, () => 'user{id}')}}`)}`,
  ],
  [
    'fragments that double the paths of the answer',
    (n) =>
      `query Q${n}{task(id:"x"){...F0}} ${times(60, (i) => `fragment F${i} on Task{a${i}:subtasks{...F${i + 1}} b${i}:subtasks{...F${i + 1}}}`)} fragment F60 on Task{id}`,
  ],
  ['unknown fields', (n) => `query Q${n}{${times(1_900, (i) => `field${i}`)}}`],
  [
    'wrong values of an enum',
    (n) => `query Q${n}{events(filter:{types:[${times(1_900, () => 'TASK_CREATE')}]}){nodes{id}}}`,
  ],
  ['directives', (n) => `query Q${n}{me{role ${times(275, () => '@include(if:true)')}}}`],
  ['unknown directives', (n) => `query Q${n}{me{role ${times(900, (i) => `@d${i}`)}}}`],
  ['nested lists', (n) => `query Q${n}{tasks(filter:{tags:${'['.repeat(900)}${']'.repeat(900)}}){nodes{id}}}`],
  ['nested objects', (n) => `query Q${n}{tasks(filter:${'{not:'.repeat(480)}{}${'}'.repeat(480)}){nodes{id}}}`],
  ['nested fields', (n) => `query Q${n}{${'tasks{nodes{'.repeat(450)}id${'}}'.repeat(450)}}`],
  ['inline fragments', (n) => `query Q${n}{me{${times(450, () => '...{role}')}}}`],
  ['nested inline fragments', (n) => `query Q${n}{me{${'...{'.repeat(600)}role${'}'.repeat(600)}}}`],
  [
    'as many fragments as are allowed',
    (n) =>
      `query Q${n}{${times(100, (i) => `...F${i}`)}} ${times(100, (i) => `fragment F${i} on Query{me{role} a:me{role} b:me{id}}`)}`,
  ],
  [
    'more fragments than are allowed',
    (n) => `query Q${n}{${times(215, (i) => `...F${i}`)}} ${times(215, (i) => `fragment F${i} on Query{__typename}`)}`,
  ],
  [
    'fragments that spread the next',
    (n) =>
      `query Q${n}{${times(110, (i) => `...F${i}`)}} ${times(110, (i) => `fragment F${i} on Query{${i < 109 ? `...F${i + 1}` : ''} me{role}}`)}`,
  ],
  [
    'aliases in fragments that spread each other',
    (n) =>
      `query Q${n}{...F0} ${times(25, (i) => `fragment F${i} on Query{a${i}:me{role} ...F${i + 1} b${i}:me{role} ...F${i + 1}}`)} fragment F25 on Query{me{role}}`,
  ],
  [
    'many operations with the same fragments',
    (n) =>
      `${times(70, (i) => `query Q${n}x${i}{...F0}`)} ${times(70, (i) => `fragment F${i} on Query{${i < 69 ? `...F${i + 1}` : ''} me{role}}`)}`,
  ],
  ['unused variables', (n) => `query Q${n}(${times(450, (i) => `$v${i}:ID`)}){me{role}}`],
  ['a long name', (n) => `query Q${n}${'q'.repeat(31_000)}{me{role}}`],
  ['a long text', (n) => `query Q${n}{tasks(filter:{text:"${'x '.repeat(15_000)}"}){nodes{id}}}`],
  [
    'many fields twice',
    (n) =>
      `query Q${n % 2}{${times(30, (i) => `a${i}:tasks(first:1){nodes{id title status createdAt updatedAt notes tags version due{__typename} creator{id name} assignee{id name} project{id name}} pageInfo{hasNextPage}}`)}}`,
  ],
  ['not GraphQL', (n) => `query Q${n}{"${'x'.repeat(31_000)}"}`],
  ['the whole schema', (n) => `${getIntrospectionQuery(allOptions).replace('IntrospectionQuery', `Q${n}`)}`],
  [
    'the whole schema, twice',
    (n) =>
      getIntrospectionQuery(allOptions)
        .replace('IntrospectionQuery', `Q${n}`)
        .replace('types {', 'types { ...FullType } more: __typename description } b: __schema { types {'),
  ],
  ['the schema under 185 aliases', (n) => `query Q${n}{${times(185, (i) => `a${i}:__schema{types{name}}`)}}`],
  [
    'types under 30 aliases',
    (n) =>
      `query Q${n}{${times(30, (i) => `a${i}:__type(name:"Mutation"){fields{name args{name type{name ofType{name}}}}}`)}}`,
  ],
];

describe('a document costs little:', () => {
  test.each(documents)('%s', async (_name, document) => {
    await expectLittleCost(measured, viewer.token, (n) => ({ body: { query: document(n) } }));
  });
});

test('10,000 distinct documents leave no memory behind', async () => {
  // What each would keep if it were remembered as it is: its comments, its text for a long name, its nodes.
  const kept: ((n: number) => string)[] = [
    (n) => `${'#\n'.repeat(2_000)}query C${n}{me{role}}`,
    (n) => `query N${'n'.repeat(5_000)}${n}{me{role}}`,
    (n) => `query F${n}{me{${times(80, () => 'role')}}}`,
    (n) => `query E${n}{me{${times(80, (i) => `field${i}`)}}}`,
  ];
  const send = async (from: number, to: number) => {
    for (let n = from; n < to; n += 10) {
      const batch = Array.from({ length: 10 }, (_, i) => kept[(n + i) % kept.length]?.(n + i));
      await Promise.all(batch.map((query) => sendAttack(measured.url, viewer.token, { body: { query } })));
    }
  };
  // The connections and the compiler take their memory first.
  await send(0, 200);
  const before = await measured.measure(() => Promise.resolve());
  const after = await measured.measure(() => send(200, 10_200));
  expect(after.heapMb - before.heapMb).toBeLessThan(50);
});
