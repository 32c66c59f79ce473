import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { schema } from '../../../src/schema/index.ts';
import { until } from '../../support/until.ts';
import { startTestServer, type TestServer } from '../server/fixture.ts';

const count = 500;
const submit = `mutation ($plan: JSON!) {
  submitExecution(input: { plan: $plan, allowDuplicate: true }) { execution { id } }
}`;
const plan = { steps: [{ name: 'a', type: 'wait', input: { seconds: 0 } }] };

let server: TestServer;
let workers: Workers;
let token: string;
beforeAll(async () => {
  server = await startTestServer({
    schema,
    limits: { requestsPerMinute: 10_000, pointsPerMinute: 10_000_000, tenantPointsPerMinute: 10_000_000 },
  });
  workers = await startWorkers(server.app);
  token = (await server.addPerson('OPERATOR')).token;
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function submitOne(): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await server.post({ query: submit, variables: { plan } }, headers);
  const { errors } = (await answer.json()) as { errors?: { message: string; extensions: { code: string } }[] };
  return errors ? errors.map(({ message, extensions }) => `${extensions.code} ${message}`).join() : 'accepted';
}

test('many submissions at once are all accepted, and each is run once', async () => {
  const answers = await Promise.all(Array.from({ length: count }, submitOne));
  expect(new Set(answers)).toEqual(new Set(['accepted']));
  const { db } = server.app;
  await until(async () => (await db.query(`SELECT FROM execution WHERE status = 'SUCCEEDED'`)).rowCount === count);
  const { rows } = await db.query('SELECT DISTINCT "fencingToken" AS claims FROM execution');
  expect(rows).toEqual([{ claims: 1 }]);
});
