import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { jobRuns } from '../../support/job-runs.ts';
import { CompleteTaskDocument, CreateReminderDocument } from '../../support/operations.ts';
import { makeSeries, openOf } from '../../support/series.ts';
import { roundsOf, statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
  await until(() => test_.app.sequencer.isHolder);
});
afterAll(() => test_[Symbol.asyncDispose]());

const due = { date: '2026-02-05' };

test('the workers make the dates that come, by a scan and a job for each series', async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  const all = await makeSeries(alice, { due, missed: 'ALL' });
  const latest = await makeSeries(alice, { due, missed: 'LATEST' });
  test_.clock.set('2026-02-07T10:00:00Z');
  await using _workers = await startWorkers(test_.app);
  const dues = async (id: string) => (await openOf(alice, id)).map((task) => task.due);
  await until(async () => (await dues(all.id)).length === 3 && (await dues(latest.id))[0] === '2026-02-07');
  expect(await dues(all.id)).toEqual(['2026-02-05', '2026-02-06', '2026-02-07']);
  expect(await dues(latest.id)).toEqual(['2026-02-07']);
  await until(async () => (await test_.app.queues.countOpen('recurrences')) === 0);
  expect(await jobRuns(test_.app, 'recurrence.catchUp', 'failed')).toBe(0);
});

test('completing an occurrence is as many statements however long the series is', async () => {
  test_.clock.set('2026-02-07T10:00:00Z');
  const young = await makeSeries(alice, { due });
  const old = await makeSeries(alice, { due: { date: '2010-02-05' }, missed: 'LATEST' });
  for (const { openTasks } of [young, old]) {
    const id = openTasks[0]?.id ?? '';
    const at = '2026-02-08T08:00:00Z';
    await alice.run(CreateReminderDocument, { input: { taskId: id, trigger: 'ABSOLUTE', at } });
    expect(roundsOf(await statementsOf(() => alice.run(CompleteTaskDocument, { id })))).toEqual([
      'BEGIN lock-family',
      'newcomers',
      'save-task lock-reminders-of-tasks',
      'save-reminder lock-recurrences-by-id',
      'open-occurrences',
      'reminders-to-carry',
      'insert-task-if-absent',
      'insert-reminder save-recurrence append-events COMMIT',
    ]);
  }
});

test('the scan reads an index, however many series there are', async () => {
  const explain = 'EXPLAIN (FORMAT JSON) SELECT id, version FROM recurrence';
  await test_.app.db.query(
    `INSERT INTO recurrence SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
     FROM recurrence r, generate_series(1, 5000) WHERE "checkAt" IS NULL`,
  );
  await test_.app.db.query('ANALYZE recurrence');
  const { rows } = await test_.app.db.query(
    `${explain} WHERE status = 'ACTIVE' AND "checkAt" <= now() ORDER BY "checkAt" LIMIT 500`,
  );
  expect(JSON.stringify(rows)).toContain('recurrence_check');
});
