import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepLock, locks } from '../../../src/infra/postgres/session-lock.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('a lock has one holder, which another follows when its work ends or its session is lost', async () => {
  const held: string[] = [];
  const standing = new Set<string>();
  const ends = new Map<string, () => void>();
  const contender = (name: string) =>
    keepLock(database.url, {
      name,
      lock: locks.runSchedules,
      standbyMs: 10,
      onStandby: () => standing.add(name),
      async whileHeld(session, signal) {
        held.push(name);
        const ended = new Promise<void>((resolve) => ends.set(name, resolve));
        const lost = new Promise((resolve) => session.once('end', resolve));
        signal.addEventListener('abort', () => ends.get(name)?.());
        await Promise.race([ended, lost]);
      },
      onError: () => {},
    });
  await using _first = contender('first');
  await until(() => held.length === 1);
  await using _second = contender('second');
  await until(() => standing.has('second'));
  expect(held).toEqual(['first']);

  // Whoever released it may be the one that takes it again.
  while (held.at(-1) === 'first') {
    const count = held.length;
    ends.get('first')?.();
    await until(() => held.length > count);
  }
  expect(standing).toContain('second');

  standing.clear();
  await until(() => standing.has('first'));
  const admin = new pg.Client(database.url);
  await admin.connect();
  const count = held.length;
  await admin.query(
    `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objid = $1 AND a.datname = current_database()`,
    [locks.runSchedules],
  );
  await until(() => held.length > count);
  await admin.end();
});
