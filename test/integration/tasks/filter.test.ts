import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DuePeriod } from '../../../src/domain/tasks/due-period.ts';
import { filterSql, type TaskFilter, taskMatcher } from '../../../src/domain/tasks/filter.ts';
import type { Task } from '../../../src/generated/prisma/client.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import { TaskChangedDocument, type TaskFilter as TaskFilterInput, TasksDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const timeZone = 'Europe/Berlin';
/** Clocks go forward in the night to this day. */
const now = new Date('2026-03-29T10:00:00Z');
const hour = (n: number) => new Date(now.getTime() + n * 3_600_000);
/** Midnights in Berlin around that night, and moments beside them. */
const instants = [-34, -33.5, -11, -10.999, -1, 0, 1, 11.9, 12, 12.1, 35, 36, 37, 155, 156, 157].map(hour);

describe('a tree of conditions', () => {
  let tasks: Task[];
  let people: string[];
  beforeAll(async () => {
    const bob = await tenant.person('bob');
    people = [alice.viewer.userId, bob.viewer.userId];
    const many = Array.from({ length: 96 }, (_, n): Partial<Task> => {
      const dueAt = n % 4 === 0 ? null : (instants[n % instants.length] ?? null);
      const isDone = n % 5 === 0;
      return {
        priority: (['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const)[n % 4],
        tags: ['home', 'work', 'late'].filter((_, tag) => (n >> tag) % 2 === 1),
        assigneeId: n % 3 === 0 ? null : (people[n % 2] ?? null),
        ...{ dueAt, dueTimeZone: dueAt && timeZone, dueDate: dueAt && n % 7 < 3 ? new Date('2026-03-29') : null },
        ...{ status: isDone ? 'COMPLETED' : 'ACTIVE', completedAt: isDone ? now : null },
        deletedAt: n % 11 === 0 ? now : null,
      };
    });
    tasks = await insertTasks(test_.app, alice, many);
  });

  async function idsBySql(filter: TaskFilter): Promise<string[]> {
    const values: unknown[] = [tenant.id];
    const conditions = filterSql(filter, (value) => `$${values.push(value)}`, { now, timeZone });
    const text = `SELECT id FROM task WHERE "tenantId" = $1 AND ${conditions.join(' AND ')}`;
    return (await test_.app.db.query<{ id: string }>(text, values)).rows.map(({ id }) => id).sort();
  }

  const leaf = (): fc.Arbitrary<TaskFilter> =>
    fc.oneof<fc.Arbitrary<TaskFilter>[]>(
      fc.constantFrom({}, { status: 'ACTIVE' }, { status: 'COMPLETED' }, { status: null }),
      fc.subarray(['LOW', 'HIGH', 'URGENT'] as const).map((priorities) => ({ priorities })),
      fc.subarray(['home', ' WORK ', 'none']).map((tags) => ({ tags })),
      fc.constantFrom(0, 1).map((who) => ({ assigneeId: people[who] ?? null })),
      fc.constantFrom(0, 1).map((who) => ({ creatorId: people[who] ?? null })),
      fc.constantFrom({ recurrenceId: newId() }, { projectId: newId() }, { parentId: newId() }),
      fc.boolean().map((no) => (no ? { hasProject: !no } : { isSubtask: no })),
      fc.boolean().map((hasDue) => ({ hasDue })),
      fc.constantFrom<DuePeriod[]>('OVERDUE', 'TODAY', 'TOMORROW', 'NEXT_7_DAYS').map((due) => ({ due })),
      fc.constantFrom(...instants).map((dueFrom) => ({ dueFrom })),
      fc.constantFrom(...instants).map((dueBefore) => ({ dueBefore })),
      fc.boolean().map((isOverdue) => ({ isOverdue })),
      fc.boolean().map((isDeleted) => ({ isDeleted })),
    );

  const tree = (levels: number): fc.Arbitrary<TaskFilter> => {
    if (levels === 0) return leaf();
    const part = tree(levels - 1);
    const parts = fc.option(fc.array(part, { maxLength: 2 }));
    return fc
      .tuple(fc.option(leaf(), { freq: 1 }), parts, parts, fc.option(part))
      .map(([some, and, or, not]) => ({ ...some, and, or, not }));
  };

  test('means the same tasks as SQL and as a predicate', async () => {
    let partly = 0;
    await fc.assert(
      fc.asyncProperty(tree(2), async (filter) => {
        const isMeant = taskMatcher(filter);
        const expected = tasks.filter((task) => isMeant(task, { now, timeZone })).map(({ id }) => id);
        expect(await idsBySql(filter)).toEqual(expected.sort());
        if (expected.length > 0 && expected.length < tasks.length) partly += 1;
      }),
      { numRuns: 400 },
    );
    expect(partly).toBeGreaterThan(40);
  });
});

describe('a filter of the API', () => {
  const titlesOf = async (filter: TaskFilterInput, person: Person) =>
    (await person.run(TasksDocument, { filter, first: 200 })).tasks.nodes.map(({ title }) => title).sort();
  let viewer: Person;
  beforeAll(async () => {
    viewer = (await test_.tenant()).alice;
    await insertTasks(test_.app, viewer, [
      { title: 'plain' },
      { title: 'done', status: 'COMPLETED', completedAt: now },
      { title: 'urgent', priority: 'URGENT', tags: ['home'], assigneeId: viewer.viewer.userId },
      { title: 'low', priority: 'LOW', tags: ['work'] },
      { title: 'trashed', deletedAt: now },
    ]);
  });

  const cases: [string, TaskFilterInput, string[]][] = [
    ['one of several', { or: [{ tags: ['home'] }, { tags: ['work'] }] }, ['low', 'urgent']],
    ['none of several', { not: { or: [{ tags: ['home'] }, { status: 'COMPLETED' }] } }, ['low', 'plain']],
    ['all of several', { and: [{ status: 'ACTIVE' }, { not: { priorities: ['MEDIUM'] } }] }, ['low', 'urgent']],
    ['one of none', { or: [] }, []],
    ['all of none', { and: [] }, ['done', 'low', 'plain', 'urgent']],
    ['conditions beside them', { status: 'ACTIVE', or: [{ tags: ['home'] }, {}] }, ['low', 'plain', 'urgent']],
    ['the trash among others', { or: [{ isDeleted: true }, { priorities: ['LOW'] }] }, ['low', 'trashed']],
    ['what is not in the trash', { not: { isDeleted: true } }, ['done', 'low', 'plain', 'urgent']],
  ];

  test.each(cases)('means %s', async (_, filter, titles) => {
    expect(await titlesOf(filter, viewer)).toEqual(titles);
  });

  test('knows who is not assigned, though nobody is assigned to most', async () => {
    const assigneeId = encodeGlobalId('User', viewer.viewer.userId);
    expect(await titlesOf({ not: { assigneeId } }, viewer)).toEqual(['done', 'low', 'plain']);
  });

  const nested = (levels: number): TaskFilterInput => (levels === 1 ? {} : { not: nested(levels - 1) });
  const many = (count: number) => Array.from({ length: count }, () => ({ status: 'ACTIVE' as const }));

  test('has at most 5 levels and 50 conditions', async () => {
    await titlesOf(nested(5), viewer);
    await titlesOf({ or: many(49) }, viewer);
    const cases: [TaskFilterInput, (string | number)[]][] = [
      [nested(6), ['filter', 'not', 'not', 'not', 'not', 'not']],
      [{ and: [{ or: many(50) }] }, ['filter', 'and', 0, 'or', 48]],
      [{ not: { tags: Array.from({ length: 51 }, (_, n) => `t${n}`) } }, ['filter', 'not']],
    ];
    for (const [filter, path] of cases) {
      const error = await viewer.refused(TasksDocument, { filter });
      expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path }] });
    }
  });

  test('names the place of an id that is none', async () => {
    const filter = { or: [{}, { not: { assigneeId: 'nobody' } }] };
    const error = await viewer.refused(TasksDocument, { filter });
    expect(error.fields).toEqual([{ path: ['filter', 'or', 1, 'not', 'assigneeId'], message: expect.any(String) }]);
  });

  test('cannot search live changes, and says where it does', async () => {
    const filter = { and: [{ not: { text: 'milk' } }] };
    await expect(viewer.subscribe(TaskChangedDocument, { filter })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: ['filter', 'and', 0, 'not', 'text'] }],
    });
  });
});
