import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { seal } from '../../../src/auth/sealed.ts';
import { http } from '../../../src/domain/executions/step-types/http.ts';
import { describeError } from '../../../src/infra/log/presentable.ts';
import { noop, read, runNow, submit, uuidOf } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import { SubmitExecutionDocument } from '../../support/operations.ts';
import { createPerson, createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

/** No worker runs here: a test runs what it submitted when it wants to. */
let target: HttpTarget;
let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  target = await startHttpTarget();
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(async () => {
  await test_[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});
beforeEach(() => {
  target.received.length = 0;
  target.answerWith();
});

const given = 's3cr3t-value';
const step = (more: object = {}) => ({
  name: 'call',
  type: 'http',
  input: {
    method: 'POST',
    url: `${target.url}/hook?secret=${given}-1&n=1`,
    headers: { Authorization: `Bearer ${given}-2`, 'X-Api-Key': `${given}-3`, Accept: '*/*' },
    body: { password: `${given}-4`, user: 'alice' },
  },
  ...more,
});

/** Everything that is stored, of any table, as text. */
async function allStored(): Promise<string> {
  const { rows: tables } = await test_.app.db.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await test_.app.db.query(`SELECT string_agg(t::text, E'\\n') AS text FROM ${name} t`);
      return `${rows[0].text}`;
    }),
  );
  return texts.join('\n');
}

describe('a literal that looks like a credential', () => {
  test('is sent as it was given, and stored and shown nowhere', async () => {
    const id = await submit(alice, [step()]);
    await runNow(test_, id);
    expect(target.received).toMatchObject([
      {
        path: `/hook?secret=${given}-1&n=1`,
        headers: { authorization: `Bearer ${given}-2`, 'x-api-key': `${given}-3`, accept: '*/*' },
        body: JSON.stringify({ password: `${given}-4`, user: 'alice' }),
      },
    ]);
    const done = await read(alice, id);
    expect(done.status).toBe('SUCCEEDED');
    expect(done.plan).toEqual({
      steps: [
        step({
          input: {
            method: 'POST',
            url: `${target.url}/hook?secret=***&n=1`,
            headers: { Authorization: '***', 'X-Api-Key': '***', Accept: '*/*' },
            body: { password: '***', user: 'alice' },
          },
        }),
      ],
    });
    expect(done.log.nodes[0]?.text).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/hook returned 200 after \d+ ms\.$/);
    expect(JSON.stringify(done)).not.toContain(given);
    expect(await allStored()).not.toContain(given);
  });

  test('is masked in outputs, logs and reasons', async () => {
    const echo = { password: given, seconds: 'x' };
    const id = await submit(alice, [
      { name: 'a', type: 'http', input: { url: `${target.url}/a`, headers: { 'X-Token': 'answered' } } },
      { name: 'b', type: 'validate', input: { checks: [{ step: 'a', path: 'body', equals: echo }] } },
    ]);
    await runNow(test_, id);
    const done = await read(alice, id);
    // The target answers with { answered, items }: what came back is masked, also in the name of a field.
    expect(done.steps[0]?.output).toMatchObject({ body: { '***': 200 } });
    expect(done.steps[1]?.error?.message).toContain('a.body is {"***":200');
    expect(done.steps[1]?.error?.message).toContain('"password":"***"');
    expect(done.log.nodes.at(-1)?.text).toContain('"password":"***"');
    expect(await allStored()).not.toContain(given);
  });

  test('is known to a worker that takes the execution over, in another process', async () => {
    const id = await submit(alice, [noop('a', { input: { seconds: 60 } }), step({ dependsOn: ['a'] })]);
    await runNow(test_, id);
    await test_.app.db.query(
      `WITH step AS (UPDATE execution_step SET "wakeAt" = clock_timestamp() WHERE "executionId" = $1 AND status = 'WAITING')
       UPDATE execution SET "wakeAt" = clock_timestamp() WHERE id = $1`,
      [uuidOf(id)],
    );
    await using other = createApp(test_.app.config);
    await runNow({ app: other }, id);
    expect(target.received[0]?.headers.authorization).toBe(`Bearer ${given}-2`);
  });

  test('fails the step when the master key is another one', async () => {
    const id = await submit(alice, [step()]);
    await runNow({ app: Object.create(test_.app, { credentialsKey: { value: Buffer.alloc(32) } }) }, id);
    const done = await read(alice, id);
    expect(done.steps[0]).toMatchObject({ status: 'FAILED', error: { code: 'INTERNAL' } });
    expect(target.received).toEqual([]);
  });

  test('is not in the log of the server when the credentials cannot be read, or a step has a fault', async () => {
    const error = vi.spyOn(test_.app.log, 'error');
    const unreadable = await submit(alice, [step()]);
    const sealed = seal(test_.app.credentialsKey, `${given} is no JSON`, alice.viewer.tenantId);
    await test_.app.db.query('UPDATE execution SET credentials = $2 WHERE id = $1', [uuidOf(unreadable), sealed]);
    await runNow(test_, unreadable);
    const faulty = await submit(alice, [step()]);
    const run = vi.spyOn(http, 'run').mockRejectedValue(new TypeError(`unexpected ${given}-1`));
    await runNow(test_, faulty);
    run.mockRestore();
    const logged = error.mock.calls.map(([fields]) => describeError((fields as { err: unknown }).err));
    error.mockRestore();
    expect(logged).toMatchObject([
      { message: 'The credentials of the plan were decrypted but cannot be read.' },
      { type: 'TypeError', message: 'unexpected ***' },
    ]);
    expect(JSON.stringify(logged)).not.toContain('s3cr3t');
    for (const id of [unreadable, faulty]) expect((await read(alice, id)).steps[0]?.error?.code).toBe('INTERNAL');
  });

  test('that is long, and every one of many, is masked in what comes back', async () => {
    const secrets = [15_000, ...Array(500).fill(30)].map((bytes) => randomBytes(bytes).toString('hex'));
    target.answerWith({ status: 200, headers: { 'x-echo': secrets.slice(-100).join(' ') } });
    const body = { secrets };
    const id = await submit(alice, [step({ input: { method: 'POST', url: target.url, body } })]);
    await runNow(test_, id);
    const done = await read(alice, id);
    expect(done.status).toBe('SUCCEEDED');
    expect(done.steps[0]?.output).toMatchObject({ headers: { 'x-echo': Array(100).fill('***').join(' ') } });
    const stored = await allStored();
    expect(secrets.filter((secret) => stored.includes(secret))).toEqual([]);
  });

  test('in a plan of an earlier version is shown masked', async () => {
    const id = await submit(alice, [noop('a')]);
    const plan = { steps: [step()] };
    await test_.app.db.query('UPDATE execution SET plan = $2 WHERE id = $1', [uuidOf(id), JSON.stringify(plan)]);
    expect(JSON.stringify((await read(alice, id)).plan)).not.toContain(given);
    expect(JSON.stringify((await read(alice, id)).plan)).toContain('secret=***&n=1');
  });
});

describe('a hash of a plan', () => {
  test('depends on a key, so that a password cannot be found by trying', async () => {
    const input = { plan: { steps: [step()] } };
    const keyed = { input, idempotencyKey: 'k' };
    const app = Object.create(test_.app, { planHashKey: { value: Buffer.alloc(32) } });
    const other = createPerson(app, alice.viewer);
    await alice.run(SubmitExecutionDocument, { input });
    expect((await alice.run(SubmitExecutionDocument, { input })).submitExecution.deduplicated).toBe(true);
    expect((await other.run(SubmitExecutionDocument, { input })).submitExecution.deduplicated).toBe(false);
    await alice.run(SubmitExecutionDocument, keyed);
    await alice.run(SubmitExecutionDocument, keyed);
    expect((await other.refused(SubmitExecutionDocument, keyed)).code).toBe('CONFLICT');
  });

  test('tells plans apart that differ in a credential alone', async () => {
    const submitted = async (password: string) => {
      const plan = { steps: [step({ input: { url: target.url, body: { password } } })] };
      return (await alice.run(SubmitExecutionDocument, { input: { plan } })).submitExecution;
    };
    const first = await submitted('one');
    expect((await submitted('one')).execution.id).toBe(first.execution.id);
    expect((await submitted('two')).execution.id).not.toBe(first.execution.id);
  });
});
