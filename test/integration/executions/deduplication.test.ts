import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noop, runNow, uuidOf } from '../../support/execution-fixture.ts';
import { SubmitExecutionDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

/** No worker runs here: a test runs what it submitted when it wants to. */
let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

let plans = 0;
/** A plan that no other test submits. */
function newPlan(more: object = {}) {
  plans += 1;
  return { steps: [noop(`step ${plans}`, more)] };
}

async function submit(
  person: Person,
  plan: unknown,
  { idempotencyKey, ...more }: { idempotencyKey?: string; allowDuplicate?: boolean } = {},
) {
  const { deduplicated, execution } = (
    await person.run(SubmitExecutionDocument, { input: { plan, ...more }, idempotencyKey })
  ).submitExecution;
  return { id: execution.id, deduplicated };
}

async function count(): Promise<number> {
  return (await test_.app.db.query('SELECT count(*)::int AS count FROM execution')).rows[0].count;
}

function failingPlan() {
  const [step] = newPlan().steps;
  return { steps: [step, { name: 'x', type: 'validate', input: { checks: [{ step: step?.name, equals: 1 }] } }] };
}

describe('without a key', () => {
  test('the same plan of the same submitter is answered by the live execution', async () => {
    const plan = newPlan();
    const first = await submit(alice, plan);
    const before = await count();
    expect(await submit(alice, plan)).toEqual({ id: first.id, deduplicated: true });
    expect(first.deduplicated).toBe(false);
    expect(await count()).toBe(before);
  });

  test('a success answers for 24 hours', async () => {
    const plan = newPlan();
    const { id } = await submit(alice, plan);
    await runNow(test_, id);
    expect(await submit(alice, plan)).toEqual({ id, deduplicated: true });
    const finish = (ago: string) =>
      test_.app.db.query(`UPDATE execution SET "finishedAt" = clock_timestamp() - $2::interval WHERE id = $1`, [
        uuidOf(id),
        ago,
      ]);
    await finish('23 hours 59 minutes');
    expect((await submit(alice, plan)).deduplicated).toBe(true);
    await finish('24 hours 1 second');
    const later = await submit(alice, plan);
    expect(later.deduplicated).toBe(false);
    expect(later.id).not.toBe(id);
    expect(await submit(alice, plan)).toEqual({ id: later.id, deduplicated: true });
  });

  test('a failure answers for nothing', async () => {
    const plan = failingPlan();
    const first = await submit(alice, plan);
    await runNow(test_, first.id);
    const second = await submit(alice, plan);
    expect(second.deduplicated).toBe(false);
    expect(second.id).not.toBe(first.id);
    expect(await submit(alice, plan)).toEqual({ id: second.id, deduplicated: true });
  });

  test('another submitter or tenant has an execution of their own', async () => {
    const plan = newPlan();
    const people = [alice, await tenant.person('oscar', 'OPERATOR'), (await test_.tenant()).alice];
    const submitted = await Promise.all(people.map((person) => submit(person, plan)));
    expect(new Set(submitted.map(({ id }) => id)).size).toBe(3);
    expect(submitted.every(({ deduplicated }) => !deduplicated)).toBe(true);
  });

  test('the order of keys makes no difference, the order of steps does', async () => {
    const [a, b] = [noop('a', { timeoutSeconds: 3 }), noop('b')];
    const { id } = await submit(alice, { steps: [a, b] });
    const turned = { timeoutSeconds: 3, input: { seconds: 0 }, type: 'wait', name: 'a' };
    expect(await submit(alice, { steps: [turned, b] })).toEqual({ id, deduplicated: true });
    expect((await submit(alice, { steps: [b, turned] })).deduplicated).toBe(false);
  });

  test('twenty at once make one', async () => {
    const plan = newPlan();
    const before = await count();
    const submitted = await Promise.all(Array.from({ length: 20 }, () => submit(alice, plan)));
    expect(new Set(submitted.map(({ id }) => id)).size).toBe(1);
    expect(submitted.filter(({ deduplicated }) => !deduplicated)).toHaveLength(1);
    expect(await count()).toBe(before + 1);
  });

  test('allowDuplicate makes another, which answers for nothing', async () => {
    const plan = newPlan();
    const first = await submit(alice, plan);
    const second = await submit(alice, plan, { allowDuplicate: true });
    expect(second).toMatchObject({ deduplicated: false });
    expect(second.id).not.toBe(first.id);
    expect(await submit(alice, plan)).toEqual({ id: first.id, deduplicated: true });
  });
});

describe('with a key', () => {
  test('the first result is repeated, also of what has failed since', async () => {
    const plan = failingPlan();
    const first = await submit(alice, plan, { idempotencyKey: 'deploy-1' });
    await runNow(test_, first.id);
    expect(await submit(alice, plan, { idempotencyKey: 'deploy-1' })).toEqual(first);
  });

  test('another plan is a CONFLICT', async () => {
    await submit(alice, newPlan(), { idempotencyKey: 'deploy-2' });
    const before = await count();
    const error = await alice.refused(SubmitExecutionDocument, {
      input: { plan: newPlan() },
      idempotencyKey: 'deploy-2',
    });
    expect(error.code).toBe('CONFLICT');
    expect(await count()).toBe(before);
  });
});

test('the caller’s plan is kept to the letter', async () => {
  const plan = {
    steps: [
      { type: 'wait', input: { seconds: 0 }, name: 'zulu' },
      { name: 'alpha', dependsOn: [], input: { seconds: 1 }, type: 'wait' },
    ],
  };
  const { id } = await submit(alice, plan);
  const { rows } = await test_.app.db.query('SELECT plan::text FROM execution WHERE id = $1', [uuidOf(id)]);
  expect(rows[0].plan).toBe(JSON.stringify(plan));
});
