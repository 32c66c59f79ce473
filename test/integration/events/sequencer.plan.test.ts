import { expect, test } from 'vitest';
import { HintBus } from '../../../src/events/hints.ts';
import { Sequencer } from '../../../src/events/sequencer.ts';
import { createPool } from '../../../src/infra/postgres/client.ts';
import { newId } from '../../../src/shared/ids.ts';
import { createTestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';

const insertEvents = `
  INSERT INTO event ("tenantId", type, "objectId", "changeId", "requestId", "occurredAt")
  SELECT $1, 'task.created', gen_random_uuid(), gen_random_uuid(), 'r', now() FROM generate_series(1, 100)`;
const rounds = 20;

test('a log that grows from nothing is numbered without being read again', async () => {
  await using database = await createTestDatabase();
  const db = createPool(database.database, { name: 'test' });
  // From now on PostgreSQL takes the table for an empty one, which reads fast in any order.
  await db.query('VACUUM ANALYZE event');
  const fail = (error: unknown) => {
    throw error;
  };
  const hints = new HintBus(
    () => ({ publish: async () => {}, check: async () => {}, [Symbol.asyncDispose]: async () => {} }),
    fail,
  );
  const sequencer = new Sequencer({ directUrl: database.url, hints, onError: fail });
  const planned = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle' AND query LIKE '%numbered%' AND pid <> pg_backend_pid()`;
  await until(async () => (await db.query(planned)).rowCount);
  const tenantId = newId();
  await db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [tenantId, 'Acme']);
  for (let round = 0; round < rounds; round += 1) {
    await db.query(insertEvents, [tenantId]);
    hints.appended();
    await until(async () => (await db.query('SELECT FROM event WHERE seq IS NULL LIMIT 1')).rowCount === 0);
  }
  // A session reports what it has read when it ends.
  await sequencer[Symbol.asyncDispose]();
  const text = `SELECT n_tup_upd AS numbered, idx_tup_fetch + seq_tup_read AS read
    FROM pg_stat_user_tables WHERE relname = 'event'`;
  const reads = await until(async () => {
    const { rows } = await db.query<{ numbered: bigint; read: bigint }>(text);
    return rows[0]?.numbered === BigInt(rounds * 100) && rows[0];
  });
  expect(reads.read).toBeLessThan(5n * reads.numbered);
  await db.end();
  await hints[Symbol.asyncDispose]();
});
