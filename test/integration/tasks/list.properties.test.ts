import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page, PageArgs } from '../../../src/domain/lists/page.ts';
import type { TaskFilter } from '../../../src/domain/tasks/filter.ts';
import { taskMatcher } from '../../../src/domain/tasks/filter.ts';
import type { TaskOrder } from '../../../src/domain/tasks/list-orders.ts';
import { listTasks } from '../../../src/domain/tasks/list-tasks.ts';
import type { Task } from '../../../src/generated/prisma/client.ts';
import { decodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

/*
 * A page of many projects is found from the first few entries of each. The order of all tasks in memory is what pages
 * must give, however unevenly the projects have them.
 */

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

const priorities = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const;
const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n));

/** Few values, so that many tasks share theirs. */
const task = fc
  .record({
    created: fc.nat(400),
    updated: fc.nat(9),
    due: fc.option(fc.nat(9)),
    priority: fc.nat(3),
    isDone: fc.boolean(),
  })
  .map(({ created, updated, due, priority, isDone }): Partial<Task> => {
    const dueAt = due === null ? null : day(due);
    return {
      ...{ createdAt: day(created), updatedAt: day(updated), dueAt, dueTimeZone: dueAt && 'UTC' },
      ...{ priority: priorities[priority] as (typeof priorities)[number], status: isDone ? 'COMPLETED' : 'ACTIVE' },
      completedAt: isDone ? day(updated) : null,
    };
  });
const place = fc.oneof(
  { weight: 5, arbitrary: fc.array(task, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(task, { minLength: 20, maxLength: 60 }) },
);
const world = fc.record({
  projects: fc.array(place, { minLength: 5, maxLength: 14 }),
  mine: place,
  assigned: place,
  both: place,
});
const order = fc.record({
  field: fc.constantFrom(...(['CREATED', 'UPDATED', 'DUE', 'PRIORITY'] as const)),
  direction: fc.constantFrom(...(['ASC', 'DESC'] as const)),
});
const filter = fc.constantFrom<TaskFilter[]>(
  {},
  { status: 'ACTIVE' },
  { hasProject: true },
  { priorities: ['LOW', 'HIGH'] },
);
const pages = fc.array(fc.record({ order, filter, size: fc.constantFrom(3, 11, 30), isBackward: fc.boolean() }), {
  minLength: 6,
  maxLength: 6,
});

async function fill(
  alice: Person,
  bob: Person,
  world: { [Place in 'mine' | 'assigned' | 'both']: Partial<Task>[] } & { projects: Partial<Task>[][] },
): Promise<Task[]> {
  const { app } = test_;
  const me = alice.viewer.userId;
  const seen = [
    await insertTasks(app, alice, world.mine),
    await insertTasks(
      app,
      bob,
      world.assigned.map((one) => ({ ...one, assigneeId: me })),
    ),
    await insertTasks(
      app,
      alice,
      world.both.map((one) => ({ ...one, assigneeId: me })),
    ),
  ];
  for (const [n, tasks] of world.projects.entries()) {
    const isHidden = n % 5 === 4;
    const globalId = await insertProject(app, isHidden ? bob : alice, { isPrivate: n % 2 === 0 || isHidden });
    const projectId = decodeGlobalId('Project', globalId, []);
    const inserted = await insertTasks(
      app,
      bob,
      tasks.map((one) => ({ ...one, projectId })),
    );
    if (!isHidden) seen.push(inserted);
  }
  return seen.flat();
}

/** Without a due date last in both directions; then by id, in the direction of the order. */
function sorted(tasks: readonly Task[], { field, direction }: TaskOrder): string[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const placeIn = (one: Task): number => {
    if (field === 'CREATED') return one.createdAt.getTime();
    if (field === 'UPDATED') return one.updatedAt.getTime();
    if (field === 'PRIORITY') return priorities.indexOf(one.priority);
    return one.dueAt?.getTime() ?? sign * Number.POSITIVE_INFINITY;
  };
  const compare = (a: Task, b: Task) => {
    const [left, right] = [placeIn(a), placeIn(b)];
    return sign * (left === right ? (a.id < b.id ? -1 : 1) : left < right ? -1 : 1);
  };
  return [...tasks].sort(compare).map(({ id }) => id);
}

type Walk = { order: TaskOrder; filter: TaskFilter; size: number; isBackward: boolean };

async function walked({ viewer }: Person, { order: orderBy, filter, size, isBackward }: Walk): Promise<string[]> {
  const acting = { app: test_.app, viewer, requestId: 'test' };
  const found: string[] = [];
  let cursor: string | null = null;
  for (let isMore = true; isMore; ) {
    const at: PageArgs = isBackward ? { last: size, before: cursor } : { first: size, after: cursor };
    const page: Page<Task> = await listTasks(acting, { filter, orderBy, ...at });
    const { rows } = page;
    found.splice(isBackward ? 0 : found.length, 0, ...rows.map(({ id }) => id));
    const edge = isBackward ? rows[0] : rows.at(-1);
    cursor = edge ? page.cursorOf(edge) : null;
    isMore = isBackward ? page.hasPreviousPage : page.hasNextPage;
  }
  return found;
}

test('pages give the tasks of all places in order', async () => {
  await fc.assert(
    fc.asyncProperty(world, pages, async (given, walks) => {
      const tenant = await test_.tenant();
      const bob = await tenant.person('bob');
      const seen = await fill(tenant.alice, bob, given);
      for (const walk of walks) {
        const matches = taskMatcher(walk.filter);
        const expected = sorted(
          seen.filter((one) => matches(one, { now: day(0), timeZone: 'UTC' })),
          walk.order,
        );
        expect(await walked(tenant.alice, walk)).toEqual(expected);
      }
    }),
    { numRuns: 25 },
  );
});
