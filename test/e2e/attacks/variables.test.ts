import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectLittleCost, sendAttack } from '../../support/attack.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import type { Caller } from '../../support/person.ts';

let measured: MeasuredServer;
let viewer: Caller;
beforeAll(async () => {
  measured = await openMeasuredServer();
  viewer = await measured.person('VIEWER');
  await sendAttack(measured.url, viewer.token, { body: { query: '{ me { role } }' } });
});
afterAll(() => measured[Symbol.asyncDispose]());

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const nested = (open: string, close: string, count: number) => `${open.repeat(count)}0${close.repeat(count)}`;

const events = 'query ($t: [EventType!]) { events(filter: { types: $t }) { nodes { id } } }';
const tasks = 'query ($f: TaskFilter) { tasks(filter: $f) { nodes { id } } }';
const create = 'mutation ($i: CreateTaskInput!) { createTask(input: $i) { task { id } } }';

/** Bodies of nearly a megabyte. */
const bodies: [string, string | object][] = [
  ['wrong values of an enum', { query: events, variables: { t: times(54_444, () => 'TASK_CREATE') } }],
  ['as many wrong values as are allowed', { query: events, variables: { t: times(9_900, () => 'TASK_CREATE') } }],
  ['as many right values as are allowed', { query: events, variables: { t: times(9_900, () => 'TASK_CREATED') } }],
  [
    'texts that are no numbers',
    { query: 'query ($n: Int) { tasks(first: $n) { nodes { id } } }', variables: { n: 'x'.repeat(950_000) } },
  ],
  ['as many texts as are allowed', { query: tasks, variables: { f: { tags: times(9_900, () => 'x'.repeat(40)) } } }],
  ['as many filters as are allowed', { query: tasks, variables: { f: { or: times(4_900, () => ({ text: 'x' })) } } }],
  [
    'as many unknown fields as are allowed',
    { query: tasks, variables: { f: Object.fromEntries(times(9_900, (n) => [`f${n}`, 1])) } },
  ],
  ['many small texts', { query: tasks, variables: { f: { tags: times(230_000, () => '') } } }],
  ['many nulls', { query: tasks, variables: { f: { tags: times(180_000, () => null) } } }],
  ['many filters', { query: tasks, variables: { f: { or: times(55_000, () => ({ text: '' })) } } }],
  ['many empty objects', { query: tasks, variables: { f: { or: times(300_000, () => ({})) } } }],
  ['many unknown fields', { query: tasks, variables: { f: Object.fromEntries(times(80_000, (n) => [`f${n}`, 1])) } }],
  ['a long unknown field', { query: tasks, variables: { f: { ['x'.repeat(950_000)]: 1 } } }],
  ['many unknown variables', { query: tasks, variables: Object.fromEntries(times(80_000, (n) => [`v${n}`, 1])) }],
  [
    'a large input without permission',
    { query: create, variables: { i: { title: 'a', tags: times(100_000, (n) => `t${n}`) } } },
  ],
  ['texts that cannot be stored', { query: tasks, variables: { f: { tags: times(100_000, () => '\u0000') } } }],
  [
    'faults at many places',
    {
      query: `query ($t: [EventType!]) { ${times(25, (n) => `a${n}: events(filter: { types: $t }) { nodes { id } }`).join(' ')} }`,
      variables: { t: times(9_900, () => 'TASK_CREATE') },
    },
  ],
  ['nested lists', `{"query":${JSON.stringify(tasks)},"variables":{"f":${nested('[', ']', 470_000)}}}`],
  ['nested objects', `{"query":${JSON.stringify(tasks)},"variables":{"f":${nested('{"not":', '}', 110_000)}}}`],
  ['nested extensions', `{"query":"{me{role}}","extensions":${nested('{"a":', '}', 150_000)}}`],
  ['repeated extensions', `{"query":"{me{role}}"${',"extensions":{"a":1}'.repeat(45_000)}}`],
  ['many parameters', `{"query":"{me{role}}"${times(60_000, (n) => `,"p${n}":1`).join('')}}`],
  ['a long parameter', `{"query":"{me{role}}","${'p'.repeat(950_000)}":1}`],
  ['a long name of an operation', { query: '{me{role}}', operationName: 'x'.repeat(950_000) }],
  ['a long id of a document', { documentId: 'x'.repeat(950_000) }],
  ['a batch', `[${times(90, () => '{"query":"{me{role}}"}').join(',')}]`],
  ['a large batch', `[${'0,'.repeat(470_000)}0]`],
  ['not JSON', '{"query":'.padEnd(950_000, '[')],
];

test.each(bodies)('a body costs little: %s', async (_name, body) => {
  const { text } = await expectLittleCost(measured, viewer.token, () => ({ body }));
  expect(text.length).toBeLessThan(30_000);
});

test.each([
  ['extensions', `query={me{role}}${'&extensions={}'.repeat(1_000)}`],
  ['queries', 'query={me{role}}&'.repeat(900)],
  ['variables', `query={me{role}}&variables=${nested('[', ']', 7_000)}`],
])('a URL costs little: repeated %s', async (_name, search) => {
  await expectLittleCost(measured, viewer.token, () => ({ search }));
});

const ids = times(200, (n) =>
  Buffer.from(`Task:01900000-0000-7000-8000-${String(n).padStart(12, '0')}`).toString('base64'),
);

test.each([
  ['each id of many lists', `query ($i: [ID!]!) { ${times(12, (n) => `a${n}: nodes(ids: $i) { id }`).join(' ')} }`],
  ['fields that are merged', `query ($i: [ID!]!) { ${'nodes(ids: $i) { id } '.repeat(12)} }`],
])('an answer with many errors is small: %s', async (_name, query) => {
  const { text } = await expectLittleCost(measured, viewer.token, () => ({ body: { query, variables: { i: ids } } }));
  expect(text.length).toBeLessThan(200_000);
  expect(JSON.parse(text).errors.length).toBeGreaterThan(50);
});
