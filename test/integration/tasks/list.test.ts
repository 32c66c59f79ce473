import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Task } from '../../../src/generated/prisma/client.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  type OrderDirection,
  type TaskFilter,
  type TaskOrder,
  type TaskOrderField,
  TasksDocument,
  type TasksQueryVariables,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
  bob = await tenant.person('bob');
});
afterAll(() => test_[Symbol.asyncDispose]());

const userId = (person: Person) => encodeGlobalId('User', person.viewer.userId);
const globalIds = (tasks: readonly Task[]) => tasks.map(({ id }) => encodeGlobalId('Task', id));
const list = async (variables: TasksQueryVariables, person = alice) =>
  (await person.run(TasksDocument, variables)).tasks;
const listIds = async (filter: TaskFilter) => (await list({ filter, first: 200 })).nodes.map(({ id }) => id).sort();

const fields = ['CREATED', 'UPDATED', 'DUE', 'PRIORITY'] as const;
const directions = ['ASC', 'DESC'] as const;
const orders = fields.flatMap((field) => directions.map((direction) => ({ field, direction })));
const priorities = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const;
const statuses = ['ACTIVE', 'COMPLETED'] as const;

/** One of `count` days, so that many tasks share theirs. */
const day = (n: number, count: number) => new Date(Date.UTC(2026, 0, 1 + (n % count)));

/** Fields that tie with those of other tasks; every fourth has no due. */
function tying(n: number): Partial<Task> {
  const dueAt = n % 4 === 0 ? null : day(n, 5);
  const due = { dueAt, dueTimeZone: dueAt && 'UTC' };
  return { createdAt: day(n, 7), updatedAt: day(n, 3), priority: priorities[n % 4], title: `task ${n}`, ...due };
}

describe('pages', () => {
  const size = 7;
  let seen: Task[];
  beforeAll(async () => {
    const { alice: foreigner } = await test_.tenant();
    const many = (start: number, more: Partial<Task>) =>
      Array.from({ length: 15 }, (_, n) => ({ ...tying(start + n), ...more }));
    const [alices, bobs] = [alice.viewer.userId, bob.viewer.userId];
    seen = [
      ...(await insertTasks(test_.app, alice, many(0, {}))),
      ...(await insertTasks(test_.app, alice, many(15, { assigneeId: bobs }))),
      ...(await insertTasks(test_.app, alice, many(30, { assigneeId: alices }))),
      ...(await insertTasks(test_.app, bob, many(45, { assigneeId: alices }))),
    ];
    await insertTasks(test_.app, alice, many(60, { deletedAt: new Date() }));
    await insertTasks(test_.app, bob, many(75, {}));
    await insertTasks(test_.app, foreigner, many(90, {}));
  });

  /** The value a task is ordered by; a task without a due is beyond all others in either direction. */
  function placeOf(task: Task, { field, direction }: TaskOrder): number {
    if (field === 'CREATED') return task.createdAt.getTime();
    if (field === 'UPDATED') return task.updatedAt.getTime();
    if (field === 'PRIORITY') return priorities.indexOf(task.priority);
    const absent = direction === 'ASC' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    return task.dueAt?.getTime() ?? absent;
  }

  function ordered(order: TaskOrder): string[] {
    const isLess = (a: Task, b: Task) =>
      placeOf(a, order) < placeOf(b, order) || (placeOf(a, order) === placeOf(b, order) && a.id < b.id);
    const ascending = [...seen].sort((a, b) => (isLess(a, b) ? -1 : 1));
    return globalIds(order.direction === 'ASC' ? ascending : ascending.reverse());
  }

  async function readForward(orderBy: TaskOrder) {
    const pages: string[][] = [];
    let after: string | null = null;
    for (let isMore = true; isMore; ) {
      const { nodes, pageInfo } = await list({ orderBy, first: size, after });
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      pages.push(nodes.map(({ id }) => id));
      after = pageInfo.endCursor;
      isMore = pageInfo.hasNextPage;
    }
    return pages;
  }

  async function readBackward(orderBy: TaskOrder) {
    const pages: string[][] = [];
    let before: string | null = null;
    for (let isMore = true; isMore; ) {
      const { nodes, pageInfo } = await list({ orderBy, last: size, before });
      expect(pageInfo.hasNextPage).toBe(before !== null);
      pages.unshift(nodes.map(({ id }) => id));
      before = pageInfo.startCursor;
      isMore = pageInfo.hasPreviousPage;
    }
    return pages;
  }

  test.each(orders)('by $field $direction give each task once and in order, forward and backward', async (order) => {
    const expected = ordered(order);
    const forward = await readForward(order);
    expect(forward.flat()).toEqual(expected);
    expect(forward.map((page) => page.length)).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 4]);
    expect((await readBackward(order)).flat()).toEqual(expected);
  });

  test('are the newest first and of 50 unless asked otherwise', async () => {
    const { nodes, pageInfo } = await list({});
    expect(nodes.map(({ id }) => id)).toEqual(ordered({ field: 'CREATED', direction: 'DESC' }).slice(0, 50));
    expect(pageInfo.hasNextPage).toBe(true);
  });

  test('lie between two cursors', async () => {
    const orderBy = { field: 'DUE', direction: 'ASC' } as const;
    const whole = await alice.run<{ tasks: { edges: { cursor: string }[] } }, object>(
      'query ($orderBy: TaskOrder) { tasks(orderBy: $orderBy, first: 60) { edges { cursor } } }',
      { orderBy },
    );
    const [after, before] = [10, 20].map((n) => whole.tasks.edges[n]?.cursor);
    const { nodes } = await list({ orderBy, after, before });
    expect(nodes.map(({ id }) => id)).toEqual(ordered(orderBy).slice(11, 20));
  });

  test('of nothing and behind the end are empty', async () => {
    expect((await list({ first: 0 })).nodes).toEqual([]);
    const orderBy = { field: 'CREATED', direction: 'ASC' } as const;
    const { pageInfo } = await list({ orderBy, last: 1 });
    const behind = await list({ orderBy, after: pageInfo.endCursor });
    expect(behind).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, startCursor: null, endCursor: null } });
  });

  test.each(orders)('by $field $direction refuse the cursors of every other order', async (orderBy) => {
    const { endCursor: after } = (await list({ orderBy, first: 3 })).pageInfo;
    const others = orders.filter((other) => other !== orderBy);
    for (const other of others) {
      const error = await alice.refused(TasksDocument, { orderBy: other, after });
      expect(error.fields, `${other.field} ${other.direction}`).toEqual([
        { path: ['after'], message: expect.any(String) },
      ]);
    }
  });

  test('a task that was changed since its cursor was taken does not move the place', async () => {
    const orderBy: { field: TaskOrderField; direction: OrderDirection } = { field: 'UPDATED', direction: 'ASC' };
    const first = await list({ orderBy, first: 10 });
    await test_.app.db.query('UPDATE task SET "updatedAt" = $2 WHERE id = $1', [
      seen.find(({ id }) => encodeGlobalId('Task', id) === first.nodes[9]?.id)?.id,
      new Date('2030-01-01T00:00:00Z'),
    ]);
    const second = await list({ orderBy, first: 200, after: first.pageInfo.endCursor });
    expect(second.nodes).toHaveLength(51);
    expect(second.nodes.at(-1)?.id).toBe(first.nodes[9]?.id);
  });
});

describe('a filter', () => {
  const now = new Date('2026-06-15T12:00:00Z');
  const due = (text: string) => ({ dueAt: new Date(text), dueTimeZone: 'UTC' });
  let viewer: Person;
  let helper: Person;
  let tasks: Record<string, Task>;
  beforeAll(async () => {
    const own = await test_.tenant();
    viewer = own.alice;
    helper = await own.person('helper');
    const named: Record<string, Partial<Task>> = {
      plain: {},
      done: { status: 'COMPLETED', completedAt: now },
      urgent: { priority: 'URGENT', tags: ['home', 'garden'] },
      low: { priority: 'LOW', tags: ['home'] },
      overdue: due('2026-06-15T12:00:00Z'),
      doneLate: { ...due('2026-06-01T00:00:00Z'), status: 'COMPLETED', completedAt: now },
      later: due('2026-06-15T12:00:01Z'),
      delegated: { assigneeId: helper.viewer.userId },
      trashed: { deletedAt: now },
    };
    const made = await insertTasks(test_.app, viewer, Object.values(named));
    const [received] = await insertTasks(test_.app, helper, [{ assigneeId: viewer.viewer.userId }]);
    tasks = Object.fromEntries(Object.keys(named).map((name, n) => [name, made[n] as Task]));
    tasks.received = received as Task;
    test_.clock.set(now.toISOString());
  });

  const cases: [string, (people: { me: string; helper: string }) => TaskFilter, string[]][] = [
    [
      'by nothing',
      () => ({}),
      ['plain', 'done', 'urgent', 'low', 'overdue', 'doneLate', 'later', 'delegated', 'received'],
    ],
    ['by status', () => ({ status: 'COMPLETED' }), ['done', 'doneLate']],
    ['by priorities', () => ({ priorities: ['LOW', 'URGENT'] }), ['urgent', 'low']],
    ['by no priority at all', () => ({ priorities: [] }), []],
    ['by a tag in any case', () => ({ tags: [' HOME'] }), ['urgent', 'low']],
    ['by several tags, all of which it needs', () => ({ tags: ['home', 'garden'] }), ['urgent']],
    ['by assignee', (people) => ({ assigneeId: people.helper }), ['delegated']],
    ['by oneself as assignee', (people) => ({ assigneeId: people.me }), ['received']],
    ['by creator', (people) => ({ creatorId: people.helper }), ['received']],
    ['by due from an instant on', () => ({ dueFrom: '2026-06-15T12:00:00Z' }), ['overdue', 'later']],
    ['by due before an instant', () => ({ dueBefore: '2026-06-15T12:00:00Z' }), ['doneLate']],
    ['by being overdue', () => ({ isOverdue: true }), ['overdue']],
    [
      'by not being overdue',
      () => ({ isOverdue: false }),
      ['plain', 'done', 'urgent', 'low', 'doneLate', 'later', 'delegated', 'received'],
    ],
    ['by being in the trash', () => ({ isDeleted: true }), ['trashed']],
    [
      'by several conditions that must all hold',
      () => ({ tags: ['home'], priorities: ['LOW'], status: 'ACTIVE' }),
      ['low'],
    ],
  ];

  test.each(cases)('%s', async (_, filterFor, expected) => {
    const filter = filterFor({ me: userId(viewer), helper: userId(helper) });
    const { nodes, totalCount } = await list({ filter }, viewer);
    const ids = globalIds(expected.map((name) => tasks[name] as Task));
    expect(nodes.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(totalCount).toBe(expected.length);
  });

  test.each(statuses)('of null means the same as none, with status %s', async (status) => {
    const nulls = { priorities: null, tags: null, assigneeId: null, creatorId: null, dueFrom: null, isDeleted: null };
    expect(await listIds({ ...nulls, status })).toEqual(await listIds({ status }));
  });
});

test('a total is counted up to 10,001', async () => {
  const { alice: busy } = await test_.tenant();
  const insertMany = (count: number) =>
    test_.app.db.query(
      `INSERT INTO task (id, "tenantId", "creatorId", title, status, priority, tags, version, "createdAt", "updatedAt")
       SELECT gen_random_uuid(), $1, $2, 'one of many', 'ACTIVE', 'LOW', '{}', 1, now(), now() FROM generate_series(1, $3)`,
      [busy.viewer.tenantId, busy.viewer.userId, count],
    );
  await insertMany(10_000);
  expect((await list({ first: 1 }, busy)).totalCount).toBe(10_000);
  await insertMany(50);
  expect((await list({ first: 1 }, busy)).totalCount).toBe(10_001);
});

test('an unknown user in a filter finds nothing', async () => {
  expect(await listIds({ creatorId: encodeGlobalId('User', newId()) })).toEqual([]);
});
