import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { noop, read, submit, uuidOf } from '../../support/execution-fixture.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

describe.each(['PostgreSQL', 'Redis'])('with hints by %s', (backend) => {
  if (backend === 'Redis' && !hasRedis) return test.skip('needs redis-server', () => {});

  let redis: RedisServer | null = null;
  let test_: TestApp;
  let alice: Person;
  beforeAll(async () => {
    redis = backend === 'Redis' ? await startRedis() : null;
    test_ = await createTestApp({ redis: redis && { url: redis.url } });
    alice = (await test_.tenant()).alice;
  });
  afterAll(async () => {
    await test_[Symbol.asyncDispose]();
    await redis?.[Symbol.asyncDispose]();
  });

  test('the lowest priority goes first, and every execution once', async () => {
    const later: string[] = [];
    for (let n = 0; n < 60; n += 1) later.push(await submit(alice, [noop('a')], { priority: 9 }));
    const first = await submit(alice, [noop('a')], { priority: 1 });
    const workers = await startWorkers(test_.app);
    try {
      await until(async () => (await counts()).open === 0);
      const { rows } = await test_.app.db.query<{ id: string }>('SELECT id FROM execution ORDER BY "startedAt", id');
      // Twenty are taken up at once, in whatever order they then come to the database.
      expect(rows.findIndex(({ id }) => id === uuidOf(first))).toBeLessThan(25);
      expect(await counts()).toEqual({ open: 0, claims: 61, succeeded: 61 });
      expect((await read(alice, later[0] ?? '')).status).toBe('SUCCEEDED');
    } finally {
      await workers[Symbol.asyncDispose]();
    }
  });

  async function counts() {
    const { rows } = await test_.app.db.query(
      `SELECT count(*) FILTER (WHERE "finishedAt" IS NULL)::int AS open, sum("fencingToken")::int AS claims,
         count(*) FILTER (WHERE status = 'SUCCEEDED')::int AS succeeded FROM execution`,
    );
    return rows[0];
  }
});
