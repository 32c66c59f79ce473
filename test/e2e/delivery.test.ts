import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeStreamCursor } from '../../src/shared/cursor.ts';
import { hasRedis, type RedisServer, startRedis } from '../support/database.ts';
import type { Caller } from '../support/person.ts';
import { createProcesses, type Processes, type Running } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';
import { followTasks, type TaskFollower } from '../support/task-follower.ts';
import { until } from '../support/until.ts';
import { createTask, writeRestlessly } from './delivery-writer.ts';

const writers = 8;
const changesPerWriter = 40;
const followers = 8;
const taskCount = 12;

describe.each(['PostgreSQL', 'Redis'])('two API processes and a worker with hints through %s', (transport) => {
  describe.skipIf(transport === 'Redis' && !hasRedis)('deliver', () => {
    let redis: RedisServer | null = null;
    let processes: Processes;
    let first: Running;
    let second: Running;
    let owner: Caller;
    beforeAll(async () => {
      redis = transport === 'Redis' ? await startRedis() : null;
      processes = await createProcesses({ redis });
      owner = await processes.person('OWNER');
      // The first numbers the events; the others stand by.
      first = await processes.start('api');
      expect(await processes.sequencer()).toBe(first);
      [second] = await Promise.all([processes.start('api'), processes.start('worker')]);
    });
    afterAll(async () => {
      await processes[Symbol.asyncDispose]();
      await redis?.[Symbol.asyncDispose]();
    });

    /** Every task event that was committed, in the order of the stream. */
    async function committed(): Promise<bigint[]> {
      const { rows } = await processes.db.query<{ seq: string | null }>(
        `SELECT seq FROM event WHERE "tenantId" = $1 AND type LIKE 'task.%' ORDER BY seq`,
        [processes.tenantId],
      );
      return rows.map(({ seq }) => BigInt(seq ?? -1));
    }

    test('what happens on one process to a subscriber of the other, each change before the next is made', async () => {
      const follower = followTasks({ urls: new Set([second.url]), ...owner, random: Math.random });
      await until(() => follower.isReady, { what: 'READY' });
      const arrived: string[] = [];
      const created: string[] = [];
      for (let n = 0; n < 21; n += 1) {
        const next = follower.next();
        created.push(await createTask(first.url, owner, `task ${n}`));
        arrived.push((await next).task.id);
      }
      follower.leave();
      expect(arrived).toEqual(created);
      expect(follower.seen).toHaveLength(created.length);
    });

    test('everything once and in order to clients that lose their sockets, while the sequencer’s process is killed', async () => {
      const urls = new Set([first.url, second.url]);
      const tasks = await Promise.all(
        Array.from({ length: taskCount }, (_, n) => createTask(second.url, owner, `task ${n}`)),
      );
      const following = Array.from({ length: followers }, (_, n) =>
        followTasks({ urls, ...owner, random: seededRandom(n + 1), isRestless: true }),
      );
      await Promise.all(following.map((follower) => until(() => follower.isReady, { what: 'READY' })));
      const numberedBefore = (await committed()).length;

      let changes = 0;
      const onChange = () => {
        changes += 1;
      };
      const writing = Array.from({ length: writers }, (_, n) =>
        writeRestlessly({
          urls,
          caller: owner,
          tasks,
          count: changesPerWriter,
          random: seededRandom(100 + n),
          onChange,
        }),
      );
      await until(() => changes > (writers * changesPerWriter) / 3, { what: 'a third of the changes' });
      expect(await processes.sequencer()).toBe(first);
      urls.delete(first.url);
      first.kill('SIGKILL');
      expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
      await Promise.all(writing);
      expect(await processes.sequencer()).not.toBe(first);

      await until(async () => !(await committed()).includes(-1n), { what: 'all events to be numbered' });
      const expected = (await committed()).slice(numberedBefore);
      expect(expected).toHaveLength(writers * changesPerWriter);
      for (const follower of following) {
        await until(() => follower.seen.length >= expected.length, { what: 'all events to be delivered' });
        expectOnceAndInOrder(follower, expected);
        follower.leave();
      }
      const losses = following.reduce((sum, { reconnects }) => sum + reconnects, 0);
      expect(losses).toBeGreaterThan(followers);
    });
  });
});

function expectOnceAndInOrder({ seen }: TaskFollower, expected: readonly bigint[]): void {
  expect(seen.map(({ cursor }) => decodeStreamCursor(cursor).seq)).toEqual(expected);
  const versions = new Map<string, number>();
  for (const { task } of seen) {
    const before = versions.get(task.id);
    if (before !== undefined) expect(task.version).toBe(before + 1);
    versions.set(task.id, task.version);
  }
}
