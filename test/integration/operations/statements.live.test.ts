import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { collect } from '../../support/deliveries.ts';
import { CreateTaskDocument } from '../../support/operations.ts';
import { type Statement, statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

const events = 10;

let test_: TestApp;
beforeAll(async () => {
  // Polls would come at any time. They cover lost hints, and within a process none is lost.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  test_ = await createTestApp();
  await until(() => test_.app.sequencer.isHolder);
});
afterAll(async () => {
  vi.useRealTimers();
  await test_[Symbol.asyncDispose]();
});

type Delivered = { taskChanged: { cursor: string } };
const subscription = `subscription {
  taskChanged { ... on StreamPayload { cursor } ... on TaskChanged { task { title creator { name } assignee { name } } } }
}`;

async function subscribe(person: Person) {
  const live = collect(await person.subscribe<Delivered, object>(subscription, {}));
  await live.until((items) => items.length === 1);
  return live;
}

/** Makes changes one by one, each delivered to every subscriber before the next. */
async function deliverEvents(subscribers: number): Promise<Statement[]> {
  const { alice } = await test_.tenant();
  const all = await Promise.all(Array.from({ length: subscribers }, () => subscribe(alice)));
  const statements = await statementsOfAll(async () => {
    for (let n = 0; n < events; n += 1) {
      await alice.run(CreateTaskDocument, { input: { title: `task ${n}` } });
      await Promise.all(all.map((live) => live.until((items) => items.length === n + 2)));
    }
  });
  for (const live of all) await live[Symbol.asyncDispose]();
  return statements;
}

/** The sequencer, which also looks by itself, and hints, of which several go as one. */
const inTheBackground = ['number-events', 'notify-hint', 'LISTEN'];

/** How often each was sent, but for what comes at a time of its own. */
function counts(statements: readonly Statement[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { name } of statements) {
    if (!inTheBackground.includes(name)) counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
}

test('50 subscribers cost no more statements than one: an event is read once, and so are the users in it', async () => {
  const one = counts(await deliverEvents(1));
  const many = counts(await deliverEvents(50));
  expect(one).toEqual({
    'insert-task': events,
    'append-events': events,
    'log-page': events,
    'SELECT user': events,
  });
  expect(many).toEqual(one);
});

test('a subscriber who waits costs none', async () => {
  const { alice } = await test_.tenant();
  const stranger = (await test_.tenant()).alice;
  await using live = await subscribe(alice);
  await using theirs = await subscribe(stranger);
  const statements = await statementsOfAll(async () => {
    await stranger.run(CreateTaskDocument, { input: { title: 'of another tenant' } });
    await theirs.until((items) => items.length === 2);
  });
  expect(live.items).toHaveLength(1);
  const read = statements.filter(({ values }) => values.includes(alice.viewer.tenantId));
  expect(read).toEqual([]);
  expect(statements.length).toBeGreaterThan(0);
});
