import { expect, test } from 'vitest';
import { pruneLog } from '../../src/domain/prune-log.ts';
import { encodeStreamCursor } from '../../src/shared/cursor.ts';
import { collect } from '../support/deliveries.ts';
import { CreateTaskDocument, EventAppendedDocument } from '../support/operations.ts';
import { createTestApp, type TestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

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
  await pruneLog(test_.app, never);
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
  await pruneLog(test_.app, never);
  const { rows } = await test_.app.db.query('SELECT "oldestSeq"::int FROM event_stream');
  expect(rows).toEqual([{ oldestSeq: 2 }]);
  expect(await seqsLeft(test_)).toEqual([1, 2]);
});

test('again, it changes nothing more', async () => {
  const { test_ } = await appWithEvents([401, 31, 0]);
  await using _ = test_;
  await pruneLog(test_.app, never);
  const state = async () => (await test_.app.db.query('SELECT * FROM event_stream')).rows;
  const [before, left] = [await state(), await seqsLeft(test_)];
  await pruneLog(test_.app, never);
  expect([await state(), await seqsLeft(test_)]).toEqual([before, left]);
});
