import { expect, test } from 'vitest';
import { retentionWork } from '../../../src/domain/retention/prune.ts';
import { encodeStreamCursor } from '../../../src/shared/cursor.ts';
import { collect } from '../../support/deliveries.ts';
import { noop, read, runNow, submit, uuidOf } from '../../support/execution-fixture.ts';
import {
  CompleteTaskDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  EventAppendedDocument,
  ExecutionDocument,
  TaskRemindersDocument,
} from '../../support/operations.ts';
import { completeFirst, makeSeries } from '../../support/series.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { workContext } from '../../support/work.ts';

const dayMs = 24 * 60 * 60 * 1000;
const never = new AbortController().signal;

/** An app with one event for each age in days, oldest first, all numbered. */
async function appWithEvents(ages: readonly number[]) {
  const test_ = await createTestApp();
  const { alice } = await test_.tenant();
  const start = Date.now();
  for (const age of ages) {
    test_.clock.set(new Date(start - age * dayMs).toISOString());
    await alice.run(CreateTaskDocument, { input: { title: `${age}` }, idempotencyKey: `key ${age}` });
  }
  test_.clock.set(new Date(start).toISOString());
  await until(async () => (await test_.app.events.head()).seq === BigInt(ages.length));
  return { test_, alice };
}

async function seqsLeft({ app }: TestApp): Promise<number[]> {
  const { rows } = await app.db.query<{ seq: bigint }>('SELECT seq FROM event ORDER BY seq');
  return rows.map(({ seq }) => Number(seq));
}

test('cursors of before 30 days end, events of before 400 days go, keys of before 24 hours go', async () => {
  const { test_, alice } = await appWithEvents([401, 399, 31, 29, 0]);
  await using _ = test_;
  await retentionWork.run(workContext(test_.app, never));
  expect(await seqsLeft(test_)).toEqual([2, 3, 4, 5]);
  const keys = await test_.app.db.query('SELECT key FROM idempotency_key');
  expect(keys.rows).toEqual([{ key: 'key 0' }]);

  const { epoch } = await test_.app.events.head();
  const resumed = async (seq: bigint) => {
    const after = encodeStreamCursor({ epoch, seq });
    await using items = collect(await alice.subscribe(EventAppendedDocument, { after }));
    const [first] = await items.until((all) => all.length > 0);
    return first?.eventAppended.__typename;
  };
  expect(await resumed(2n)).toBe('StreamResync');
  expect(await resumed(3n)).toBe('StreamReady');
});

test('with nothing young, every cursor but the newest ends', async () => {
  const { test_ } = await appWithEvents([50, 40]);
  await using _ = test_;
  await retentionWork.run(workContext(test_.app, never));
  const { rows } = await test_.app.db.query('SELECT "oldestSeq"::int FROM event_stream');
  expect(rows).toEqual([{ oldestSeq: 2 }]);
  expect(await seqsLeft(test_)).toEqual([1, 2]);
});

test('again, it changes nothing more', async () => {
  const { test_ } = await appWithEvents([401, 31, 0]);
  await using _ = test_;
  await retentionWork.run(workContext(test_.app, never));
  const state = async () => (await test_.app.db.query('SELECT * FROM event_stream')).rows;
  const [before, left] = [await state(), await seqsLeft(test_)];
  await retentionWork.run(workContext(test_.app, never));
  expect([await state(), await seqsLeft(test_)]).toEqual([before, left]);
});

test('executions that ended 90 days ago go with their steps and logs', async () => {
  await using test_ = await createTestApp();
  const { alice } = await test_.tenant();
  const [old, young, queued] = await Promise.all([1, 2, 3].map(() => submit(alice, [noop('a')])));
  for (const [id, days] of [
    [old, 91],
    [young, 89],
  ] as const) {
    await runNow(test_, id ?? '');
    const age = `UPDATE execution SET "finishedAt" = "finishedAt" - $2 * interval '1 day' WHERE id = $1`;
    await test_.app.db.query(age, [uuidOf(id ?? ''), days]);
  }
  await retentionWork.run(workContext(test_.app, never));
  expect(await alice.refused(ExecutionDocument, { id: old ?? '' })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await read(alice, young ?? '')).toMatchObject({ status: 'SUCCEEDED', steps: [{ name: 'a' }] });
  expect(await read(alice, queued ?? '')).toMatchObject({ status: 'QUEUED' });
});

test('reminders that are over go with time, but not from what is open or what a series carries on', async () => {
  await using test_ = await createTestApp();
  const { alice } = await test_.tenant();
  test_.clock.set('2026-02-04T10:00:00Z');
  const due = { at: '2026-02-05T17:00:00Z' };
  const remind = (taskId = '') => alice.run(CreateReminderDocument, { input: { taskId, trigger: 'AT_DUE' } });
  const [done, open] = await Promise.all(
    ['done', 'open'].map(
      async (title) => (await alice.run(CreateTaskDocument, { input: { title, due } })).createTask.task.id,
    ),
  );
  const series = await makeSeries(alice, { due, count: 2 });
  const first = series.openTasks[0]?.id;
  for (const id of [done, open, first]) await remind(id);
  await alice.run(CompleteTaskDocument, { id: done ?? '' });
  await completeFirst(alice, series.id);
  const { id: second } = await completeFirst(alice, series.id);
  await test_.app.db.query(`UPDATE reminder SET status = 'EXPIRED', "nextAttemptAt" = NULL WHERE status = 'PENDING'`);
  const left = async () =>
    Promise.all(
      [done, open, first, second].map(
        async (id) => (await alice.run(TaskRemindersDocument, { id: id ?? '' })).task.reminders.length,
      ),
    );

  test_.clock.advance(90 * dayMs - 1);
  await retentionWork.run(workContext(test_.app, never));
  expect(await left()).toEqual([1, 1, 1, 1]);
  test_.clock.advance(1);
  await retentionWork.run(workContext(test_.app, never));
  expect(await left()).toEqual([0, 1, 0, 1]);
});
