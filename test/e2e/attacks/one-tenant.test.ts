import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from '../../support/api.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import type { Caller } from '../../support/person.ts';

const otherTenant = 'aaaaaaaa-0000-4000-8000-000000000001';

let server: MeasuredServer;
let flooder: Caller;
let other: Caller;
beforeAll(async () => {
  server = await openMeasuredServer();
  const { db, person } = server;
  flooder = await person('MEMBER');
  await db.query(`INSERT INTO tenant (id, name, "createdAt") VALUES ($1, 'Other', now())`, [otherTenant]);
  other = await person('MEMBER', { tenantId: otherTenant });
  await create(flooder.token);
  await db.query(
    `INSERT INTO task SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*
     FROM task one, generate_series(1, 60000)`,
  );
  await db.query('ANALYZE task');
});
afterAll(() => server[Symbol.asyncDispose]());

function create(token: string) {
  const input = { title: 'a task', tags: ['home'] };
  return callApi(server.url, token, 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { changeId } }', {
    input,
  });
}

/** The costliest request of reads: each list reads all tasks of the tenant. */
const costly = `query (${names('$f', ': TaskFilter!')}) { ${Array.from({ length: 30 }, (_, n) => list(n)).join(' ')} }`;

function list(n: number): string {
  return `a${n}: tasks(first: 1, filter: $f${n}, orderBy: { field: UPDATED, direction: ASC }) { totalCount }`;
}

function names(before: string, after: string): string {
  return Array.from({ length: 30 }, (_, n) => `${before}${n}${after}`).join(' ');
}

function filters(request: number) {
  const or = (n: number) => ({ or: [{ text: `none${request} word${n}` }, { and: [{ text: `nothing${n}` }] }] });
  return Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, or(n)]));
}

type Answer = Awaited<ReturnType<typeof callApi>>;

/** What the other tenant is answered while sixteen callers send the flood again and again. */
async function duringFlood(flood: (n: number) => Promise<Answer>): Promise<Answer[]> {
  let isOver = false;
  const flooding = Array.from({ length: 16 }, async (_, n) => {
    do await flood(n);
    while (!isOver);
  });
  const answers: Answer[] = [];
  for (let n = 0; n < 5; n += 1) {
    answers.push(await callApi(server.url, other.token, '{ me { role } tasks(first: 5) { nodes { title } } }'));
    answers.push(await create(other.token));
    answers.push(await callApi(server.url, other.token, costly, filters(n)));
  }
  isOver = true;
  await Promise.all(flooding);
  return answers;
}

test('other tenants are answered while one floods with its costliest reads', async () => {
  const answers = await duringFlood((n) => callApi(server.url, flooder.token, costly, filters(n)));
  expect(answers.flatMap(({ errors = [] }) => errors)).toEqual([]);
});
