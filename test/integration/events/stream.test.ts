import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { EventLog } from '../../../src/events/event-log.ts';
import { HintBus } from '../../../src/events/hints.ts';
import { decodeStreamCursor, encodeStreamCursor } from '../../../src/shared/cursor.ts';
import { newId } from '../../../src/shared/ids.ts';
import { collect, reaches } from '../../support/deliveries.ts';
import { numberedHead, withQuickCheckpoints } from '../../support/log.ts';
import {
  CompleteTaskDocument,
  CreateTaskDocument,
  EventAppendedDocument,
  EventCursorDocument,
  TaskChangedDocument,
  type TaskChangedSubscriptionVariables,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { statementsOfAll } from '../../support/statements.ts';
import { createPerson, createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let app: App;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  app = withQuickCheckpoints(test_.app);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

/** A tenant for a group of tests, its owner served by the quick log. */
async function newTenant(): Promise<void> {
  tenant = await test_.tenant();
  alice = createPerson(app, tenant.alice.viewer);
}

async function subscribe(person: Person, variables: TaskChangedSubscriptionVariables = {}) {
  const source = await person.subscribe(TaskChangedDocument, variables);
  return collect(mapped(source, (data) => data.taskChanged));
}

/** Waits until everything committed by now has been delivered. @returns it without the checkpoints. */
async function allDelivered(deliveries: Awaited<ReturnType<typeof subscribe>>) {
  const items = await deliveries.until(reaches(await numberedHead(app)));
  return items.filter((item) => item.__typename !== 'StreamCheckpoint');
}

function mapped<T, R>(source: AsyncIterableIterator<T>, to: (item: T) => R): AsyncIterableIterator<R> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const step = await source.next();
      return step.done ? step : { done: false, value: to(step.value) };
    },
    return: async () => {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}

async function create(person: Person, title: string, assignee?: Person) {
  const assigneeId = assignee && Buffer.from(`User:${assignee.viewer.userId}`).toString('base64url');
  return (await person.run(CreateTaskDocument, { input: { title, assigneeId } })).createTask.task;
}

const titles = (items: readonly object[]) =>
  items.flatMap((item) => ('task' in item ? [(item.task as { title: string }).title] : []));
const typenames = (items: readonly { __typename: string }[]) => items.map((item) => item.__typename);

describe('a subscription without a cursor', () => {
  beforeAll(newTenant);

  test('begins with READY and delivers what happens from then on', async () => {
    await create(alice, 'before');
    await numberedHead(app);
    await using live = await subscribe(alice);
    await live.until((items) => items.length > 0);
    await create(alice, 'after');
    const items = await allDelivered(live);
    expect(typenames(items)).toEqual(['StreamReady', 'TaskChanged']);
    expect(titles(items)).toEqual(['after']);
  });

  test('gets a CHECKPOINT while nothing happens', async () => {
    await using live = await subscribe(alice);
    await live.until((items) => typenames(items).filter((name) => name === 'StreamCheckpoint').length >= 2);
  });

  test('gets a CHECKPOINT behind what its filter leaves out', async () => {
    await using live = await subscribe(alice, { filter: { tags: ['nothing has this tag'] } });
    await live.until((items) => items.length > 0);
    await create(alice, 'left out');
    expect(typenames(await allDelivered(live))).toEqual(['StreamReady']);
  });
});

describe('a subscription from a cursor', () => {
  beforeAll(newTenant);

  test('delivers everything since, in order, and goes on live', async () => {
    await numberedHead(app);
    const { eventCursor } = await alice.run(EventCursorDocument);
    for (const title of ['one', 'two', 'three']) await create(alice, title);
    await using live = await subscribe(alice, { after: eventCursor });
    expect(titles(await allDelivered(live))).toEqual(['one', 'two', 'three']);
    await create(alice, 'four');
    const items = await allDelivered(live);
    expect(titles(items)).toEqual(['one', 'two', 'three', 'four']);
    expect(items[0]).toEqual({ __typename: 'StreamReady', cursor: eventCursor });
  });

  test('goes on behind any payload that it was taken from', async () => {
    const { eventCursor } = await alice.run(EventCursorDocument);
    for (const title of ['a', 'b', 'c']) await create(alice, title);
    await using first = await subscribe(alice, { after: eventCursor });
    const items = await allDelivered(first);
    for (const [index, { cursor }] of items.entries()) {
      await using second = await subscribe(alice, { after: cursor });
      expect(titles(await allDelivered(second))).toEqual(titles(items.slice(index + 1)));
    }
  });

  test('reads more than a page of what was missed', async () => {
    const { eventCursor } = await alice.run(EventCursorDocument);
    await appendMany(1_203);
    await using live = await subscribe(alice, { after: eventCursor, filter: { tags: ['nothing has this tag'] } });
    await using log = collect(
      mapped(await alice.subscribe(EventAppendedDocument, { after: eventCursor }), (data) => data.eventAppended),
    );
    await log.until(reaches(await numberedHead(app)));
    expect(typenames(await allDelivered(live))).toEqual(['StreamReady']);
    expect(log.items.filter((item) => item.__typename === 'Event')).toHaveLength(1_203);
  });

  test('gets nothing twice from a process that has not heard of the newest events', async () => {
    await using deaf = new HintBus(
      () => ({ publish: async () => {}, check: async () => {}, [Symbol.asyncDispose]: async () => {} }),
      () => {},
    );
    const { db, tenants } = app;
    await using events = new EventLog({ db, tenants, hints: deaf, onError: () => {}, checkpointMs: 20 });
    const lagging = createPerson({ ...app, events }, alice.viewer);
    await using other = await subscribe(lagging);
    await other.until((items) => items.length > 0);
    await create(alice, 'seen elsewhere');
    const after = await numberedHead(app);
    await using resumed = await subscribe(lagging, { after });
    // The process hears of it by its poll, with the next.
    await create(alice, 'new');
    expect(titles(await allDelivered(other))).toEqual(['seen elsewhere', 'new']);
    expect(titles(await allDelivered(resumed))).toEqual(['new']);
  });

  test.each(['nonsense', '', Buffer.from('x:1').toString('base64url')])('refuses %j, which is none', async (after) => {
    await expect(alice.subscribe(TaskChangedDocument, { after })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: ['after'] }],
    });
  });
});

/** Appends events in one statement. */
async function appendMany(count: number): Promise<void> {
  await app.db.query(
    `INSERT INTO event ("tenantId", type, "objectId", "changeId", "requestId", "occurredAt", before, after)
     SELECT $1, 'user.updated', $2, gen_random_uuid(), 'test', now(), '{}', '{}' FROM generate_series(1, $3)`,
    [tenant.id, alice.viewer.userId, count],
  );
  app.hints.appended();
}

describe('a cursor that cannot be resumed is answered by RESYNC, and the subscription goes on from now', () => {
  beforeAll(newTenant);

  const head = async () => decodeStreamCursor(await numberedHead(app));
  async function expectResync(after: string) {
    await using live = await subscribe(alice, { after });
    await live.until((items) => items.length > 0);
    await create(alice, 'after the resync');
    const items = await allDelivered(live);
    expect(typenames(items)).toEqual(['StreamResync', 'TaskChanged']);
    expect(titles(items)).toEqual(['after the resync']);
  }

  test('from before a restore', async () => {
    await create(alice, 'missed');
    await expectResync(encodeStreamCursor({ epoch: newId(), seq: (await head()).seq - 1n }));
  });

  test('from the future', async () => {
    const { epoch, seq } = await head();
    await expectResync(encodeStreamCursor({ epoch, seq: seq + 1n }));
  });

  test('older than what is kept, but not the oldest that is', async () => {
    for (const title of ['x', 'y', 'z']) await create(alice, title);
    const { epoch, seq } = await head();
    await app.db.query('UPDATE event_stream SET "oldestSeq" = $1', [seq - 1n]);
    await using resumed = await subscribe(alice, { after: encodeStreamCursor({ epoch, seq: seq - 1n }) });
    expect(titles(await allDelivered(resumed))).toEqual(['z']);
    await expectResync(encodeStreamCursor({ epoch, seq: seq - 2n }));
  });

  test('and so is one that lives while the database is restored', async () => {
    await using live = await subscribe(alice);
    await live.until((items) => items.length > 0);
    await app.db.query('UPDATE event_stream SET epoch = gen_random_uuid()');
    await create(alice, 'of the new stream');
    await live.until((items) => typenames(items).includes('StreamResync'));
    const { eventCursor } = await alice.run(EventCursorDocument);
    expect(decodeStreamCursor(live.items.at(-1)?.cursor ?? '').epoch).toBe(decodeStreamCursor(eventCursor).epoch);
    await create(alice, 'later');
    expect(titles(await allDelivered(live))).toContain('later');
  });
});

describe('a subscriber', () => {
  let bob: Person;
  beforeAll(async () => {
    await newTenant();
    bob = createPerson(app, (await tenant.person('bob')).viewer);
  });

  test('gets nothing of tasks that others made for themselves', async () => {
    await using bobs = await subscribe(bob);
    await bobs.until((items) => items.length > 0);
    await create(alice, 'private');
    await create(bob, 'mine');
    const items = await allDelivered(bobs);
    expect(titles(items)).toEqual(['mine']);
    expect(typenames(items)).toEqual(['StreamReady', 'TaskChanged']);
  });

  test('gets what is assigned to them, and LEFT without the new state when it is no longer', async () => {
    await using bobs = await subscribe(bob);
    await bobs.until((items) => items.length > 0);
    const task = await create(alice, 'for bob', bob);
    await alice.run(UpdateTaskDocument, { input: { id: task.id, assigneeId: null, title: 'secret again' } });
    await alice.run(UpdateTaskDocument, { input: { id: task.id, notes: 'more secrets' } });
    const items = await allDelivered(bobs);
    expect(items.slice(1)).toEqual([
      expect.objectContaining({ __typename: 'TaskChanged', kind: 'CREATED' }),
      { __typename: 'TaskLeft', cursor: expect.any(String), taskId: task.id },
    ]);
    expect(JSON.stringify(items)).not.toContain('secret');
  });

  test('gets LEFT when a task stops being what the filter means, and the change when it is so again', async () => {
    await using active = await subscribe(alice, { filter: { status: 'ACTIVE', tags: ['left'] } });
    await active.until((items) => items.length > 0);
    const task = await create(alice, 'filtered');
    await alice.run(UpdateTaskDocument, { input: { id: task.id, tags: ['left'] } });
    await alice.run(CompleteTaskDocument, { id: task.id });
    await alice.run(UpdateTaskDocument, { input: { id: task.id, title: 'not meant' } });
    const items = await allDelivered(active);
    expect(typenames(items)).toEqual(['StreamReady', 'TaskChanged', 'TaskLeft']);
  });

  test('who leaves while waiting is not waited for, and the last one takes the tail along', async () => {
    const elsewhere = createPerson(app, (await test_.tenant()).alice.viewer);
    await using other = await subscribe(elsewhere);
    await other.until((items) => items.length > 0);
    const readsOfTail = async () => {
      const statements = await statementsOfAll(async () => {
        await create(alice, 'news');
        await numberedHead(app);
        // Numbered and hinted at later; when this has come, so has the hint of the news.
        await create(elsewhere, 'later news');
        await other.until(reaches(await numberedHead(app)));
      });
      return statements.filter(({ name, values }) => name === 'log-page' && values[0] === tenant.id).length;
    };
    const first = await alice.subscribe(TaskChangedDocument, {});
    const second = await alice.subscribe(TaskChangedDocument, {});
    for (const source of [first, second]) expect((await source.next()).done).toBe(false);

    const waiting = first.next();
    await first.return?.();
    expect((await waiting).done).toBe(true);
    expect(await readsOfTail()).toBeGreaterThan(0);

    const alsoWaiting = lastOf(second);
    await second.return?.();
    await alsoWaiting;
    expect(await readsOfTail()).toBe(0);
  });

  async function lastOf(source: AsyncIterableIterator<unknown>): Promise<void> {
    while (!(await source.next()).done);
  }
});
