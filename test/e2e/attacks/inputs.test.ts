import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from '../../support/api.ts';
import { expectCostBelow } from '../../support/attack.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import type { Caller } from '../../support/person.ts';

/* What a member can make the server compute from texts, lists and rules. */

let measured: MeasuredServer;
let viewer: Caller;
let member: Caller;
beforeAll(async () => {
  measured = await openMeasuredServer();
  viewer = await measured.person('VIEWER');
  member = await measured.person('MEMBER');
});
afterAll(() => measured[Symbol.asyncDispose]());

type Call = { query: string; variables?: Record<string, unknown> };

/** The answer of a call that costs little, once a call before it has loaded and compiled the code. */
async function attack({ token }: Caller, { query, variables = {} }: Call) {
  const call = () => callApi(measured.url, token, query, variables);
  await call();
  const result = await expectCostBelow(measured, { cpuMs: 1_000, longestSliceMs: 20 }, call);
  expect(JSON.stringify(result).length).toBeLessThan(1_000_000);
  return result;
}

const times = (count: number, field: string) => Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ');
/** One character whose compatibility form has eighteen. */
const ligature = '\ufdfa';

test('a text to search for that grows when it is normalised', async () => {
  const query = `query ($t: String!) { tasks(filter: { or: [${'{ text: $t }'.repeat(12)}] }) { nodes { id } } }`;
  const { errors } = await attack(viewer, { query, variables: { t: ligature.repeat(320_000) } });
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  expect(JSON.stringify(errors)).toContain('A text to search for can have at most 1,000 characters.');
});

test('the longest texts to search for, in as many conditions as there can be', async () => {
  const text = (seed: number) => Array.from({ length: 100 }, (_, n) => `w${(n + seed) * 7919}`).join(' ');
  const query = `query ($f: TaskFilter) { ${times(12, 'tasks(first: 1, filter: $f) { nodes { id } totalCount }')} }`;
  const or = Array.from({ length: 49 }, (_, n) => ({ text: text(n).slice(0, 1_000) }));
  const { errors } = await attack(viewer, { query, variables: { f: { or } } });
  expect(errors).toBeUndefined();
});

test('a filter of lists within lists', async () => {
  const or = (levels: number): object =>
    levels === 0 ? { hasDue: true } : { or: Array.from({ length: 15 }, () => or(levels - 1)) };
  const query = `query ($f: TaskFilter) { ${times(30, 'tasks(first: 1, filter: $f) { nodes { id } }')} }`;
  const { errors } = await attack(viewer, { query, variables: { f: or(2) } });
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
});

test.each([
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
  'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=DAILY;INTERVAL=9973;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU',
  'FREQ=HOURLY;INTERVAL=9999;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
  'FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55;BYSETPOS=366',
])('thirty previews of %s', async (rule) => {
  const preview =
    'previewRecurrence(first: 10, input: { repeat: { rrule: $r }, due: { at: "2026-01-01T10:00:00Z" } }) { at }';
  await attack(viewer, { query: `query ($r: String!) { ${times(30, preview)} }`, variables: { r: rule } });
});

test.each([
  'FREQ=HOURLY;INTERVAL=7;BYHOUR=3;BYDAY=MO',
  'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=3;BYDAY=MO',
  'FREQ=HOURLY;INTERVAL=9973;BYHOUR=3;BYDAY=MO',
])('as many dates of %s as there can be for the cost', async (rule) => {
  const preview = (count: number, first: number) =>
    times(
      count,
      `previewRecurrence(first: ${first}, input: { repeat: { rrule: $r }, due: { at: "2010-01-01T00:00:00Z" } }) { at }`,
    );
  const send = (count: number, first: number) =>
    callApi(measured.url, viewer.token, `query ($r: String!) { ${preview(count, first)} }`, { r: rule });
  const refused = await send(30, 100);
  expect(refused.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }]);
  for (const [count, first] of [
    [2, 100],
    [5, 1],
  ] as const) {
    const result = await expectCostBelow(measured, { cpuMs: 1_000 }, () => send(count, first));
    expect(JSON.stringify(result)).not.toContain('QUERY_TOO_EXPENSIVE');
  }
});

test('a usual page of previews is within the cost', async () => {
  const preview =
    'previewRecurrence(input: { repeat: { every: { unit: WEEK } }, due: { at: "2010-01-01T00:00:00Z" } }) { at }';
  const { errors } = await attack(viewer, { query: `{ ${times(30, preview)} }` });
  expect(errors).toBeUndefined();
});

test.each([
  ['open parentheses', '('],
  ['conjunctions', 'and '],
  ['times', 'tomorrow at 5pm '],
  ['ligatures', ligature],
  ['marks', '\u0323\u0301'],
])('messages that consist of %s', async (_, part) => {
  const query = `query ($t: String!) { ${times(10, 'interpret(text: $t) { hash }')} }`;
  await attack(member, { query, variables: { t: part.repeat(4_000 / part.length) } });
});

test('notes that grow when they are normalised', async () => {
  const query = `mutation ($n: String!) { ${times(30, 'createTask(input: { title: "a", notes: $n }) { changeId }')} }`;
  const { errors } = await attack(member, { query, variables: { n: ligature.repeat(20_000) } });
  expect(errors).toBeUndefined();
});

test('a URL with an endless international host', async () => {
  const query = 'mutation ($u: String!) { createWebhook(input: { url: $u }) { changeId } }';
  const { errors } = await attack(member, { query, variables: { u: `http://${ligature.repeat(7_900)}` } });
  expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
});

test('a short comment behind forty long ones', async () => {
  const created = await callApi(
    measured.url,
    member.token,
    'mutation { createTask(input: { title: "a" }) { task { id } } }',
  );
  const taskId = (created.data as { createTask: { task: { id: string } } }).createTask.task.id;
  const query = 'mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }';
  for (let n = 0; n < 40; n += 1) {
    const text = Array.from({ length: 1_500 }, (_, word) => `w${word * 40 + n}`)
      .join(' ')
      .slice(0, 10_000);
    await callApi(measured.url, member.token, query, { input: { taskId, text } });
  }
  // Forty comments took 500 ms and more to read and tokenise.
  await expectCostBelow(measured, { cpuMs: 150 }, () =>
    callApi(measured.url, member.token, query, { input: { taskId, text: 'short' } }),
  );
});
