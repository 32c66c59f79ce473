import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { schema } from '../../../src/schema/index.ts';
import { startServer } from '../../../src/server/server.ts';
import { resumingSubscription } from '../../../web/resume/graphql-ws.ts';
import { runNow, submit } from '../../support/execution-fixture.ts';
import { type HttpTarget, startHttpTarget } from '../../support/execution-http.ts';
import {
  EventCursorDocument,
  ExecutionUpdatedDocument,
  type ExecutionUpdatedSubscription,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { type CuttingProxy, startCuttingProxy } from '../server/cutting-proxy.ts';

type Update = ExecutionUpdatedSubscription['executionUpdated'];

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

const cuts = 20;
const names = Array.from({ length: cuts + 1 }, (_, n) => `step ${n}`);

function brief(item: Update): string[] {
  if (item.__typename === 'ExecutionChanged') return [`${item.execution.version} ${item.execution.status}`];
  return item.__typename === 'ExecutionStepChanged' ? [`${item.step.name} ${item.step.status}`] : [];
}

/** Follows an execution over connections that are cut. */
function follow(proxy: CuttingProxy, token: string, variables: { id: string; after: string }) {
  const seen: string[] = [];
  const state = { isComplete: false, fault: null as unknown };
  const client = createClient({
    url: `ws://127.0.0.1:${proxy.port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  resumingSubscription<ExecutionUpdatedSubscription>(
    client,
    { query: print(ExecutionUpdatedDocument), variables },
    {
      next: ({ data }) => {
        if (data) seen.push(...brief(data.executionUpdated));
      },
      error: (reason) => {
        state.fault = reason;
      },
      complete: () => {
        state.isComplete = true;
      },
    },
    { firstWaitMs: 5, maxWaitMs: 50 },
  );
  return { seen, state, client };
}

test('a subscriber whose connection is cut twenty times gets every event of an execution once, in order', async () => {
  const server = await startServer(test_.app, { schema, watchAccess, pendingMigrations });
  const proxy = await startCuttingProxy(Number(new URL(server.url).port), () => Number.POSITIVE_INFINITY);
  const after = (await alice.run(EventCursorDocument)).eventCursor;
  const { createToken } = await alice.run<{ createToken: { token: string } }, never>(
    'mutation { createToken(input: { name: "cut" }) { token } }',
  );
  target.answerWith(...names.map(() => 'hold' as const));
  const input = { url: `${target.url}/` };
  const id = await submit(
    alice,
    names.map((name) => ({ name, type: 'http', input, timeoutSeconds: 600 })),
  );
  const { seen, state, client } = follow(proxy, createToken.token, { id, after });
  const running = runNow(test_, id);

  for (const [n, name] of names.entries()) {
    await until(() => seen.includes(`${name} RUNNING`), { what: `${name} to be heard of` });
    await until(() => target.held === 1);
    // The end of this step and the beginning of the next one happen without a connection, or while it comes back.
    if (n < cuts) proxy.cut();
    target.release();
    await until(() => n === cuts || target.received.length === n + 2);
  }
  await running;
  await until(() => state.isComplete || state.fault);
  expect(state).toEqual({ isComplete: true, fault: null });
  expect(proxy.cuts()).toBeGreaterThanOrEqual(cuts);

  const ofSteps = names.flatMap((name) => [`${name} RUNNING`, `${name} SUCCEEDED`]);
  expect(seen).toEqual(['1 QUEUED', '2 RUNNING', ...ofSteps, '3 SUCCEEDED']);
  const whole: string[] = [];
  for await (const { executionUpdated } of await alice.subscribe(ExecutionUpdatedDocument, { id, after })) {
    whole.push(...brief(executionUpdated));
  }
  expect(seen).toEqual(whole);
  await client.dispose();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
