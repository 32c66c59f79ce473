import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { trashWork } from '../../../src/domain/task-operations/empty-trash.ts';
import { collect } from '../../support/deliveries.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CompleteTaskDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  TaskChangedDocument,
  TaskDocument,
  UpdateRecurrenceDocument,
} from '../../support/operations.ts';
import { makeSeries, openOf } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { workContext } from '../../support/work.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  alice = (await test_.tenant()).alice;
});

const dayMs = 24 * 60 * 60 * 1000;
const empty = () => trashWork.run(workContext(test_.app));
const countTasks = async () => {
  const text = 'SELECT count(*)::int AS count FROM task WHERE "tenantId" = $1';
  return (await test_.app.db.query(text, [alice.viewer.tenantId])).rows[0]?.count;
};

test('after 30 days a task is gone with its reminders; the log and those who watched the trash are told', async () => {
  const watched = collect(await alice.subscribe(TaskChangedDocument, { filter: { isDeleted: true } }));
  await using _ = watched;
  const input = { title: 'old', due: { at: '2026-02-05T10:00:00Z' } };
  const { id } = (await alice.run(CreateTaskDocument, { input })).createTask.task;
  await alice.run(CreateReminderDocument, { input: { taskId: id, trigger: 'AT_DUE' } });
  await alice.run(DeleteTaskDocument, { id });
  test_.clock.advance(30 * dayMs - 1);
  await empty();
  expect((await alice.run(TaskDocument, { id })).task.deletedAt).not.toBeNull();

  test_.clock.advance(1);
  await empty();
  expect(await alice.refused(TaskDocument, { id })).toMatchObject({ code: 'NOT_FOUND' });
  const { rows } = await test_.app.db.query('SELECT FROM reminder WHERE "tenantId" = $1', [alice.viewer.tenantId]);
  expect(rows).toEqual([]);
  const log = `{ events(filter: { objectId: "${id}", types: [TASK_PURGED] }) { nodes { before after } } }`;
  expect(await alice.run(log)).toMatchObject({ events: { nodes: [{ before: { title: 'old' }, after: null }] } });
  const items = await watched.until((all) => all.some((item) => item.taskChanged.__typename === 'TaskLeft'));
  expect(items.at(-1)?.taskChanged).toMatchObject({ taskId: id });
});

test('what is in the trash for a shorter time, or not in it, stays', async () => {
  await insertTasks(test_.app, alice, [
    { deletedAt: new Date('2026-01-05T10:00:01Z') },
    { status: 'COMPLETED', completedAt: new Date('2020-01-01') },
    { createdAt: new Date('2020-01-01') },
  ]);
  await empty();
  expect(await countTasks()).toBe(3);
});

test('however many there are, in however many tenants, all of them go', async () => {
  const { alice: other } = await test_.tenant();
  const old = Array.from({ length: 450 }, () => ({ deletedAt: new Date('2025-12-01') }));
  for (const person of [alice, other]) await insertTasks(test_.app, person, old);
  await empty();
  const { rows } = await test_.app.db.query('SELECT "tenantId", count(*)::int FROM event WHERE type = $1 GROUP BY 1', [
    'task.purged',
  ]);
  expect(rows).toEqual(
    expect.arrayContaining([alice, other].map(({ viewer }) => ({ tenantId: viewer.tenantId, count: 450 }))),
  );
});

test('a series does not make a date again that was skipped, whatever is emptied', async () => {
  const due = { at: '2026-02-05T17:00:00Z' };
  const { id } = await makeSeries(alice, { due, preset: 'WEEKLY', generateAhead: 8 });
  const skipped = (await openOf(alice, id))[6];
  expect(skipped?.due).toBe('2026-03-19T17:00:00.000Z');
  await alice.run(DeleteTaskDocument, { id: skipped?.id ?? '' });
  test_.clock.advance(31 * dayMs);
  await empty();
  await alice.run(UpdateRecurrenceDocument, { input: { id, preset: 'WEEKLY' } });
  const open = await openOf(alice, id);
  const days = ['02-05', '02-12', '02-19', '02-26', '03-05', '03-12', '03-26'];
  expect(open.slice(0, 7).map((task) => task.due)).toEqual(days.map((day) => `2026-${day}T17:00:00.000Z`));

  for (const task of open.slice(0, 7)) await alice.run(CompleteTaskDocument, { id: task.id });
  test_.clock.advance(31 * dayMs);
  await empty();
  expect(await alice.refused(TaskDocument, { id: skipped?.id ?? '' })).toMatchObject({ code: 'NOT_FOUND' });
});

test('the job finds it by an index', async () => {
  const living = Array.from({ length: 5_000 }, () => ({}));
  await insertTasks(test_.app, alice, [...living, { deletedAt: new Date('2025-12-01') }]);
  await test_.app.db.query('ANALYZE task');
  const client = await test_.app.db.connect();
  try {
    await client.query('SET plan_cache_mode = force_generic_plan');
    const { rows } = await client.query(
      `EXPLAIN SELECT id FROM task WHERE "deletedAt" <= now() ORDER BY "deletedAt" LIMIT 200`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('task_trash');
  } finally {
    client.release(true);
  }
});
