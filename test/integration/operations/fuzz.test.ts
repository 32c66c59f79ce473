import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { createLogger } from '../../../src/infra/log/logger.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { schema } from '../../../src/schema/index.ts';
import { startServer } from '../../../src/server/server.ts';
import { chooseBy } from '../../support/random-operations/choose.ts';
import { daringScalars } from '../../support/random-operations/daring-scalars.ts';
import { type RandomOperation, randomOperation } from '../../support/random-operations/operation.ts';
import { createTestApp, type TestApp, testConfig } from '../../support/test-app.ts';
import { kinds, type Owner } from '../isolation/isolation-kinds.ts';

// Random operations, with valid and invalid values, of the owner of a tenant that has one of everything: whatever a client
// sends, it is never the server that fails. ERRAND_TEST_FUZZ sets how many; ERRAND_TEST_SEED repeats a run.

const count = Number(process.env.ERRAND_TEST_FUZZ ?? 300);
const seed = Number(process.env.ERRAND_TEST_SEED ?? Date.now() % 1_000_000_000);

let tested: TestApp;
let server: Awaited<ReturnType<typeof startServer>>;
let owner: Owner;
let token: string;
const logged: string[] = [];
const ids = new Map<string, string[]>();

beforeAll(async () => {
  tested = await createTestApp({
    limits: { ...testConfig('').limits, requestsPerMinute: 1e7, pointsPerMinute: 1e9, tenantPointsPerMinute: 1e9 },
  });
  const tenant = await tested.tenant();
  owner = { ...tenant.alice, tenant, marker: 'fuzz', test: tested };
  for (const kind of Object.keys(kinds)) await make(kind);
  const create = 'mutation { createToken(input: { name: "fuzz" }) { token } }';
  token = (await owner.run<{ createToken: { token: string } }, object>(create)).createToken.token;
  const log = createLogger({ log: { level: 'error' } }, { write: (line) => void logged.push(line) });
  server = await startServer({ ...tested.app, log }, { schema, watchAccess, pendingMigrations });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await tested[Symbol.asyncDispose]();
});

/** Makes an object; those before it stay known when there is room for no more. */
async function make(kind: string): Promise<void> {
  const made = await kinds[kind]?.make(owner).catch(() => null);
  if (made) ids.set(kind, [...(ids.get(kind) ?? []).slice(-20), made.id]);
}

/** The codes of the errors it is answered with. */
async function codesOf({ kind, query, operationName, variables }: RandomOperation): Promise<string[]> {
  const isStream = kind === 'subscription';
  const leave = new AbortController();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    signal: leave.signal,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: isStream ? 'text/event-stream' : 'application/json',
    },
    body: JSON.stringify({ query, operationName, variables }),
  });
  const text = isStream ? await firstEvent(response) : await response.text();
  leave.abort();
  return [...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code as string);
}

async function firstEvent(response: Response): Promise<string> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('data: {')) return text;
  }
  return text;
}

test(`${count} random operations, valid and invalid, never fail inside the server (seed ${seed})`, {
  timeout: 60_000 + count * 1_000,
}, async () => {
  const answered = new Map<string, number>();
  const failures: object[] = [];
  const property = fc.asyncProperty(fc.gen(), async (generate) => {
    const choose = chooseBy(generate);
    if (choose.percent(10)) await make(choose.pick(Object.keys(kinds)));
    const operation = randomOperation({ schema, choose, sample: daringScalars(ids), depth: 3 });
    const codes = new Set(await codesOf(operation));
    for (const code of codes.size ? codes : ['OK']) answered.set(code, (answered.get(code) ?? 0) + 1);
    if (['INTERNAL', 'UNAVAILABLE', 'UNAUTHENTICATED'].some((code) => codes.has(code))) {
      failures.push({ ...operation, codes: [...codes], logged: logged.at(-1) });
    }
  });
  await fc.assert(property, { numRuns: count, seed });
  process.stdout.write(`${JSON.stringify(Object.fromEntries(answered))}\n`);
  expect(failures).toEqual([]);
});
