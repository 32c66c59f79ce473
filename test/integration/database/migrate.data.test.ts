import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMigrationFiles } from '../../../src/infra/postgres/migration-files.ts';
import { nameKey } from '../../../src/shared/name-key.ts';
import { noop, read, runNow, submit } from '../../support/execution-fixture.ts';
import { insertReminders } from '../../support/insert-reminders.ts';
import {
  CreateTaskDocument,
  RemindersDocument,
  type TaskDueInput,
  TasksDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { makeSeries } from '../../support/series.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

/* What migrations do to rows that an earlier version has written. */

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

/** Runs a migration once more, on rows as they were before it. */
async function migrateAgain(name: string): Promise<void> {
  const file = (await readMigrationFiles()).find((one) => one.name.endsWith(name));
  await test_.app.db.query(file?.sql ?? '');
}

test('tasks, reminders and series beyond the range of dates are readable and changeable again', async () => {
  const { db } = test_.app;
  const create = async (due: TaskDueInput) =>
    (await alice.run(CreateTaskDocument, { input: { title: 'a', due } })).createTask.task.id;
  const days = [
    await create({ dateInZone: { date: '2026-03-01', timeZone: 'Etc/GMT+12' } }),
    await create({ date: '2026-03-02' }),
  ];
  const times = [await create({ at: '2026-03-01T10:00:00Z' }), await create({ at: '2026-03-02T10:00:00Z' })];
  const [late, early] = days.map(uuidOf);
  await db.query(`UPDATE task SET "dueDate" = '9999-12-31', "dueAt" = '10000-01-01T12:00:00Z' WHERE id = $1`, [late]);
  await db.query(`UPDATE task SET "dueDate" = '0001-01-01 BC', "dueAt" = '0001-01-02 BC' WHERE id = $1`, [early]);
  const [latest, earliest] = times.map(uuidOf);
  await db.query(`UPDATE task SET "dueAt" = '10000-01-01T13:59:59Z' WHERE id = $1`, [latest]);
  await db.query(`UPDATE task SET "dueAt" = '0001-01-01 BC' WHERE id = $1`, [earliest]);
  await insertReminders(db, alice.viewer, { count: 1, at: `'10000-01-01T00:00:00Z'::timestamptz` });
  const { id: seriesId } = await makeSeries(alice, { due: { date: '2026-03-01' } });
  await db.query(`UPDATE recurrence SET start = '0000-01-01', "reachedAt" = '0001-01-01 BC' WHERE id = $1`, [
    uuidOf(seriesId),
  ]);
  await migrateAgain('dates_in_range');

  const orderBy = { field: 'DUE', direction: 'ASC' } as const;
  const { tasks } = await alice.run(TasksDocument, { orderBy });
  const dueOf = (id: string) => tasks.nodes.find((task) => task.id === id)?.due;
  expect(days.map((id) => dueOf(id)?.date)).toEqual(['9999-12-30', '1900-01-01']);
  expect(times.map((id) => dueOf(id)?.at)).toEqual(['9999-12-30T23:59:59.999Z', '1900-01-01T00:00:00.000Z']);
  for (const { id } of tasks.nodes) await alice.run(UpdateTaskDocument, { input: { id, title: 'changed' } });
  expect((await alice.run(RemindersDocument)).reminders.nodes[0]?.remindAt).toBe('9999-12-30T23:59:59.999Z');
  const { rows } = await db.query('SELECT status, start FROM recurrence');
  expect(rows).toEqual([{ status: 'CANCELLED', start: '1900-01-01' }]);
});

test('saved filters whose names differ in case alone get names of their own', async () => {
  const { db } = test_.app;
  const { alice: carol } = await test_.tenant();
  const names = ['My day', 'my day', 'my day (2)', 'MY  DAY', 'Crème', 'cre\u0300me', 'x'.repeat(100), 'X'.repeat(100)];
  for (const [n, name] of names.entries()) {
    const insert = `INSERT INTO saved_filter (id, "tenantId", "userId", name, filter, version, "createdAt", "updatedAt")
      VALUES (gen_random_uuid(), $1, $2, $3, '{}', 1, now() + $4 * interval '1 second', now())`;
    await db.query(insert, [carol.viewer.tenantId, carol.viewer.userId, name, n]);
  }
  const task = (await carol.run(CreateTaskDocument, { input: { title: 'a', tags: ['café', 'home'] } })).createTask.task;
  await db.query('UPDATE task SET tags = $2 WHERE id = $1', [uuidOf(task.id), ['cafe\u0301', 'home', 'café']]);
  await migrateAgain('names_once');

  const { rows } = await db.query('SELECT name FROM saved_filter WHERE "userId" = $1 ORDER BY "createdAt"', [
    carol.viewer.userId,
  ]);
  expect(rows.map(({ name }) => name)).toEqual([
    ...['My day', 'my day (3)', 'my day (2)', 'MY  DAY (4)', 'Crème', 'cre\u0300me (2)'],
    ...['x'.repeat(100), `${'X'.repeat(95)} (2)`],
  ]);
  expect(new Set(rows.map(({ name }) => nameKey(name))).size).toBe(names.length);
  const { tasks } = await carol.run(TasksDocument, { filter: { tags: ['café'] } });
  expect(tasks.nodes[0]?.tags).toEqual(['café', 'home']);
});

test('outputs of steps are moved to where steps and readers find them', async () => {
  const { db } = test_.app;
  const check = { name: 'b', type: 'validate', input: { checks: [{ step: 'a', path: 'waitedSeconds', equals: 0 }] } };
  const id = await submit(alice, [noop('a'), noop('nap', { input: { seconds: 60 } }), check]);
  await runNow(test_, id);
  await db.query(`
    ALTER TABLE execution_step DROP COLUMN reads, ADD COLUMN output JSON;
    UPDATE execution_step step SET output = stored.output FROM execution_output stored
      WHERE stored."executionId" = step."executionId" AND stored.position = step.position;
    DROP TABLE execution_output;
    UPDATE execution_step SET "wakeAt" = now() WHERE status = 'WAITING';
    UPDATE execution SET "wakeAt" = now() WHERE status = 'WAITING'`);
  await migrateAgain('execution_outputs');

  expect((await read(alice, id)).steps.map(({ output }) => output)).toEqual([{ waitedSeconds: 0 }, null, null]);
  await runNow(test_, id);
  const done = await read(alice, id);
  expect(done.status).toBe('SUCCEEDED');
  expect(done.steps.map(({ output }) => output)).toEqual([{ waitedSeconds: 0 }, { waitedSeconds: 60 }, { checked: 1 }]);
});

test('outcomes of the version before are repeated, and that version can repeat those of this one', async () => {
  const { db } = test_.app;
  const call = { input: { title: 'a', due: { at: '2026-03-01T10:00:00Z' } }, idempotencyKey: 'earlier' };
  const { createTask } = await alice.run(CreateTaskDocument, call);
  const { rows } = await db.query(`SELECT outcome FROM idempotency_key WHERE key = 'earlier'`);
  const { dates, ...outcome } = rows[0].outcome;
  expect(dates).toContainEqual(['result', 'task', 'dueAt']);
  // It knows dates by the names of their keys, and nothing of their paths.
  expect(outcome.result.task.dueAt).toBe('2026-03-01T10:00:00.000Z');
  await db.query(`UPDATE idempotency_key SET outcome = $1 WHERE key = 'earlier'`, [outcome]);
  expect((await alice.run(CreateTaskDocument, call)).createTask).toEqual(createTask);
});

function uuidOf(id: string): string {
  return Buffer.from(id, 'base64url').toString().split(':')[1] as string;
}
