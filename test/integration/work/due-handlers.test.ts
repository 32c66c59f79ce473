import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DueHandlers } from '../../../src/jobs/due-handlers.ts';
import { handlers } from '../../../src/jobs/handlers.ts';
import { byIndex } from '../../../src/jobs/schedules.ts';
import { noop, runNow, submit } from '../../support/execution-fixture.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let session: pg.Client;
beforeAll(async () => {
  test_ = await createTestApp();
  session = new pg.Client({ connectionString: test_.app.config.database.directUrl, options: byIndex });
  await session.connect();
});
afterAll(async () => {
  await session.end();
  await test_[Symbol.asyncDispose]();
});

const scheduled = [...handlers.values()].flatMap(({ name, schedule }) => (schedule ? [{ name, schedule }] : []));

test('nothing is due in an empty database, and periodic work runs at once and then at its interval', async () => {
  const due = new DueHandlers(test_.app, scheduled);
  const periodic = scheduled.flatMap(({ name, schedule }) => (schedule.kind === 'EVERY' ? [name] : []));
  expect(periodic.length).toBeGreaterThan(0);
  expect(await due.find(session)).toEqual({ withRows: [], periodic });
  expect(await due.find(session)).toEqual({ withRows: [], periodic: [] });
});

test('an execution is due until it is claimed', async () => {
  const { alice } = await test_.tenant();
  const id = await submit(alice, [noop('first')]);
  const due = new DueHandlers(test_.app, scheduled);
  expect((await due.find(session)).withRows).toEqual(['execution.scan']);
  await runNow(test_, id);
  expect((await due.find(session)).withRows).toEqual([]);
});

test('one statement asks for all kinds of work, and reads each by an index', async () => {
  const due = new DueHandlers(test_.app, scheduled);
  const statements = await statementsOf(() => due.find(session));
  expect(statements.map(({ name }) => name)).toEqual(['due-handlers']);
  await session.query(`PREPARE due AS ${statements[0]?.text}`);
  const { rows } = await session.query('EXPLAIN EXECUTE due(now())');
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('reminder_due');
  expect(plan).not.toContain('Seq Scan');
});
