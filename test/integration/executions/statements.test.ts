import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { claimExecutions } from '../../../src/domain/executions/claim.ts';
import { findStepType } from '../../../src/domain/executions/step-types/index.ts';
import { executionWork } from '../../../src/domain/executions/work.ts';
import { claimTerms, noop, read, runNext, submit, uuidOf } from '../../support/execution-fixture.ts';
import { roundsOf, type Statement, statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { workContext } from '../../support/work.ts';

/** So many executions have ended before. */
const count = 20_000;

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
  await insertEnded();
  // Another process's sequencer would have to be told of each commit, by one statement outside of it.
  await until(() => test_.app.sequencer.isHolder);
});
afterAll(() => test_[Symbol.asyncDispose]());

async function insertEnded(): Promise<void> {
  await test_.app.db.query(
    `WITH made AS (
       INSERT INTO execution (id, "tenantId", "submitterId", status, priority, plan, "timeoutSeconds", "stepsTotal",
         "stepsFinished", "fencingToken", "ranMs", "logSeq", version, "createdAt", "updatedAt", "finishedAt")
       SELECT gen_random_uuid(), $1, $2, 'SUCCEEDED', 5, '{}', 10, 1, 1, 1, 5, 0, 3, now(), now(), now()
       FROM generate_series(1, ${count})
       RETURNING id, "tenantId")
     INSERT INTO execution_step (id, "tenantId", "executionId", position, name, type, status, "dependsOn", reads, attempt,
       "maxAttempts", "timeoutSeconds", "replaySafe", "finishedAt")
     SELECT gen_random_uuid(), "tenantId", id, 1, 'a', 'wait', 'SUCCEEDED', '{}', '{}', 1, 3, 5, true, now() FROM made`,
    [tenant.id, alice.viewer.userId],
  );
  await test_.app.db.query('ANALYZE execution, execution_step');
}

/** What our own pool is asked; the queue's statements are BullMQ's. */
async function namesOf(work: () => Promise<unknown>): Promise<string[]> {
  return (await ours(work)).map(({ name }) => name);
}

async function ours(work: () => Promise<unknown>): Promise<Statement[]> {
  return (await statementsOf(work)).filter(({ text }) => !/bullmq|add_job|\bjob\b/i.test(text));
}

describe('the way of an execution', () => {
  test('to the queue is one change of two round trips', async () => {
    const sent = roundsOf(await ours(() => submit(alice, [noop('a'), noop('b')])));
    expect(sent.slice(0, 2)).toEqual(['BEGIN insert-executions', 'append-events COMMIT']);
    await runNext(test_);
  });

  test('through a step that does nothing is two statements', async () => {
    const id = await submit(alice, [noop('a')]);
    expect(await namesOf(() => runNext(test_))).toEqual(['claim-executions', 'write-transition']);
    expect((await read(alice, id)).status).toBe('SUCCEEDED');
  });

  test('is one statement more for each further step', async () => {
    const id = await submit(alice, [noop('a'), noop('b'), noop('c')]);
    const names = await namesOf(() => runNext(test_));
    expect(names).toEqual(['claim-executions', ...Array(3).fill('write-transition')]);
    expect((await read(alice, id)).status).toBe('SUCCEEDED');
  });
});

test('a step reads the outputs that its input refers to, by one statement, and no others', async () => {
  const check = (name: string, ...steps: string[]) => ({
    name,
    type: 'validate',
    input: { checks: steps.map((step) => ({ step, path: 'waitedSeconds', equals: 0 })) },
  });
  const id = await submit(alice, [noop('a'), noop('b'), noop('c'), check('d', 'a'), check('e', 'c', 'a', 'c')]);
  const run = await ours(() => runNext(test_));
  expect((await read(alice, id)).status).toBe('SUCCEEDED');
  const names = run.map(({ name }) => name).filter((name) => /^(claim|write|read)-/.test(name));
  expect(names).toEqual([
    'claim-executions',
    ...Array(3).fill('write-transition'),
    ...Array(2).fill(['read-outputs', 'write-transition']).flat(),
  ]);
  const asked = run.filter(({ name }) => name === 'read-outputs').map(({ values }) => values);
  expect(asked).toEqual([
    [[uuidOf(id)], [1]],
    [
      [uuidOf(id), uuidOf(id)],
      [1, 3],
    ],
  ]);
});

test('executions that are claimed together share a statement, and so do those whose worker was lost', async () => {
  const { app } = test_;
  const submitted: string[] = [];
  for (let n = 0; n < 12; n += 1) submitted.push(await submit(alice, [noop('a')]));
  const ids = submitted.map(uuidOf);
  const claimed: string[] = [];
  const names = await namesOf(async () => {
    const claims = await claimExecutions(app, claimTerms({ room: { all: 20, ordinary: 16 } }));
    claimed.push(...claims.map(({ id }) => id));
  });
  expect(names).toEqual(['claim-executions']);
  expect(claimed).toEqual(ids);
  const { rows } = await app.db.query(
    `SELECT DISTINCT "requestId" FROM event WHERE type = 'execution.started' AND "objectId" = ANY($1)`,
    [ids],
  );
  expect(rows).toHaveLength(ids.length);

  await app.db.query(`UPDATE execution SET "leaseExpiresAt" = clock_timestamp() WHERE id = ANY($1)`, [ids]);
  const scanned = await namesOf(() => executionWork.run(workContext(app)));
  expect(scanned).toEqual(['find-expired', 'find-lost', 'requeue-lost', 'wake-waiting']);
  for (const id of submitted) expect((await read(alice, id)).status).toBe('QUEUED');
  for (const _ of submitted) await runNext(test_);
});

test('a step costs one look at its part of the plan, however many steps there are', async () => {
  const names = Array.from({ length: 100 }, (_, n) => `s${n}`);
  const id = await submit(
    alice,
    names.map((name) => noop(name)),
  );
  const { db } = test_.app;
  let looks = 0;
  const counted = (step: object) =>
    new Proxy(step, {
      get: (target, key) => {
        if (key === 'input') looks += 1;
        return Reflect.get(target, key);
      },
    });
  const query = async (...args: unknown[]) => {
    const answer = await (db.query as (...given: unknown[]) => Promise<{ rows: ClaimRow[] }>).apply(db, args);
    for (const { plan } of answer.rows) if (plan) plan.steps = plan.steps.map(counted);
    return answer;
  };
  const app = Object.create(test_.app, { db: { value: { query } } }) as typeof test_.app;
  const parse = vi.spyOn(findStepType('wait')?.schema ?? expect.fail(), 'parse');
  await runNext({ app });
  expect((await read(alice, id)).status).toBe('SUCCEEDED');
  expect({ looks, parses: parse.mock.calls.length }).toEqual({ looks: 100, parses: 100 });
});
type ClaimRow = { plan?: { steps: object[] } };

test('no statement of the hot path or the scan reads through what has ended', async () => {
  await submit(alice, [noop('a')]);
  const run = await ours(() => runNext(test_));
  const scanned = await ours(() => executionWork.run(workContext(test_.app)));
  const statements = [...run, ...scanned];
  expect(statements.map(({ name }) => name)).toEqual([
    'claim-executions',
    'write-transition',
    'find-expired',
    'find-lost',
    'wake-waiting',
  ]);
  for (const statement of statements)
    expect(await planOf(statement), statement.name).not.toMatch(/Seq Scan on execution/);
});

/** The plan that PostgreSQL keeps when it knows no values. */
async function planOf({ text, values }: Statement): Promise<string> {
  const client = await test_.app.db.connect();
  try {
    const nulls = values.length > 0 ? `(${values.map(() => 'NULL').join(', ')})` : '';
    await client.query(`SET plan_cache_mode = force_generic_plan`);
    await client.query(`PREPARE it AS ${text}`);
    const { rows } = await client.query(`EXPLAIN EXECUTE it${nulls}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release(true);
  }
}
