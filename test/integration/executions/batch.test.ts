import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noop, uuidOf } from '../../support/execution-fixture.ts';
import { SubmitExecutionDocument } from '../../support/operations.ts';
import { roundsOf, statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

/** No worker runs here. */
let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
  // Another process's sequencer would have to be told of each commit, by one statement outside of it.
  await until(() => test_.app.sequencer.isHolder);
});
afterAll(() => test_[Symbol.asyncDispose]());

type Result = {
  execution: { id: string; status: string } | null;
  deduplicated: boolean;
  refusal: { code: string; message: string; fields: { path: string[]; message: string }[] } | null;
};

const document = `mutation ($inputs: [SubmitExecutionInput!]!, $idempotencyKey: String) {
  submitExecutions(inputs: $inputs, idempotencyKey: $idempotencyKey) {
    changeId
    results { execution { id status } deduplicated refusal { code message fields { path message } } }
  }
}`;

async function submitMany(inputs: object[], idempotencyKey?: string): Promise<Result[]> {
  const { submitExecutions } = await alice.run<{ submitExecutions: { results: Result[] } }, object>(document, {
    inputs,
    idempotencyKey,
  });
  return submitExecutions.results;
}

let plans = 0;
/** A plan that no other test submits. */
function newPlan() {
  plans += 1;
  return { steps: [noop(`step ${plans}`)] };
}

describe('several submissions', () => {
  test('have one answer each, and what is invalid is refused alone', async () => {
    const [again, twice] = [newPlan(), newPlan()];
    const { execution } = (await alice.run(SubmitExecutionDocument, { input: { plan: again } })).submitExecution;
    const results = await submitMany([
      { plan: again },
      { plan: twice },
      { plan: { steps: [{ name: 'a', type: 'shell' }, noop('a')] }, priority: 0 },
      { plan: newPlan(), waitSeconds: 3 },
      { plan: twice },
      { plan: newPlan(), runAt: '2999-01-01T00:00:00Z' },
    ]);
    expect(results.map(({ deduplicated }) => deduplicated)).toEqual([true, false, false, false, true, false]);
    const ids = results.map((result) => result.execution?.id);
    expect(ids[0]).toBe(execution.id);
    expect(ids[4]).toBe(ids[1]);
    expect(new Set(ids.filter(Boolean)).size).toBe(3);
    expect(results.map((result) => result.execution?.status)).toEqual([
      'QUEUED',
      'QUEUED',
      undefined,
      undefined,
      'QUEUED',
      'WAITING',
    ]);
    expect(results[2]?.refusal).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('shell') });
    expect(results.map(({ refusal }) => refusal?.fields.map(({ path }) => path.join('.')))).toEqual([
      undefined,
      undefined,
      ['inputs.2.plan.steps.0.type', 'inputs.2.plan.steps.1.name', 'inputs.2.priority'],
      ['inputs.3.waitSeconds'],
      undefined,
      undefined,
    ]);
  });

  test('take the same statements however many they are', async () => {
    const roundsFor = async (count: number) => {
      const inputs = Array.from({ length: count }, () => ({ plan: newPlan() }));
      const sent = await statementsOf(async () => expect(await submitMany(inputs)).toHaveLength(count));
      return roundsOf(sent.filter(({ text }) => !/bullmq|add_job|\bjob\b/i.test(text)));
    };
    expect(await roundsFor(500)).toEqual(['count-ready-executions', 'BEGIN insert-executions', 'append-events COMMIT']);
    expect(await roundsFor(2)).toEqual(['BEGIN insert-executions', 'append-events COMMIT']);
  });

  test('are stored as single ones are', async () => {
    const steps = [
      { name: 'a', type: 'http', input: { url: 'https://example.test/?token=abc', headers: { Authorization: 'x' } } },
      { name: 'b', type: 'validate', input: { checks: [{ step: 'a', exists: true }] } },
      {
        name: 'é',
        type: 'http',
        input: { url: 'https://example.test/', body: 'a "b" \\ {c,d} é \u{1f600}' },
        dependsOn: [],
      },
    ];
    const inputs = [
      { plan: { steps }, priority: 4, expiresAt: '2999-01-01T00:00:00.000Z', allowDuplicate: true },
      {
        plan: { steps: [...steps, noop('c', { dependsOn: ['a'] })] },
        runAt: '2999-01-01T00:00:00.000Z',
        allowDuplicate: true,
      },
    ];
    const many = (await submitMany(inputs)).map(({ execution }) => execution?.id ?? '');
    const single = await Promise.all(
      inputs.map(async (input) => (await alice.run(SubmitExecutionDocument, { input })).submitExecution.execution.id),
    );
    const rowsOf = async (id: string) => {
      const { rows } = await test_.app.db.query(
        `SELECT to_jsonb(e) - '{id,createdAt,updatedAt,credentials}'::text[] AS execution, credentials IS NOT NULL AS sealed,
           e.plan::text, (SELECT jsonb_agg(to_jsonb(s) - '{id,executionId}'::text[] ORDER BY position) FROM execution_step s
           WHERE s."executionId" = e.id) AS steps,
           (SELECT jsonb_agg(jsonb_build_object('type', type, 'after', after - '{id,createdAt,updatedAt}'::text[]))
           FROM event WHERE event."objectId" = e.id) AS events
         FROM execution e WHERE id = $1`,
        [uuidOf(id)],
      );
      return rows[0];
    };
    for (const [index, id] of many.entries()) expect(await rowsOf(id)).toEqual(await rowsOf(single[index] ?? ''));
  });

  test('are answered by their first result when the call is repeated', async () => {
    const inputs = [{ plan: newPlan() }, { plan: {} }, { plan: newPlan() }];
    const first = await submitMany(inputs, 'several');
    expect(await submitMany(inputs, 'several')).toEqual(first);
    for (const other of [inputs.slice(0, 2), [...inputs].reverse(), [inputs[0], { plan: [] }, inputs[2]]]) {
      const refused = await alice.refused(document, { inputs: other, idempotencyKey: 'several' });
      expect(refused.code).toBe('CONFLICT');
    }
  });

  test('of the same plans at the same time make one execution of each', async () => {
    const inputs = Array.from({ length: 30 }, () => ({ plan: newPlan() }));
    const turned = (by: number) => [...inputs.slice(by), ...inputs.slice(0, by)];
    const calls = await Promise.all(
      [0, 7, 13, 19, 29].map(async (by) => ({ by, results: await submitMany(turned(by)) })),
    );
    const ids = calls.map(({ by, results }) => {
      const found = results.map((result) => result.execution?.id);
      return [...found.slice(30 - by), ...found.slice(0, 30 - by)];
    });
    for (const one of ids) expect(one).toEqual(ids[0]);
    expect(new Set(ids[0]).size).toBe(30);
    const made = calls.flatMap(({ results }) => results.filter(({ deduplicated }) => !deduplicated));
    expect(made).toHaveLength(30);
  });

  test('are 500 at most, and need the permission', async () => {
    const inputs = Array.from({ length: 501 }, () => ({ plan: {} }));
    const refused = await alice.refused(document, { inputs });
    expect(refused).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['inputs'] }] });
    const bob = await tenant.person('bob', 'MEMBER');
    expect((await bob.refused(document, { inputs: [{ plan: newPlan() }] })).code).toBe('FORBIDDEN');
  });
});
