import { startChild } from '../harness/child.ts';
import { inTurn } from '../harness/compare.ts';
import type { World } from '../harness/world.ts';
import type { Sent, SubmitQuestion } from '../processes/submit.ts';
import type { Outcome, Row } from '../row.ts';
import { executeFor, turnMs, warmMs } from './executions.ts';
import { startWhole } from './executions-server.ts';

export const executionsOnRedis: Row = {
  name: 'executions-redis',
  measures: 'the same executions with queues and hints in Redis, against Errand with PostgreSQL alone',
  goal: { atLeast: 1 },
  async run(world) {
    const { hasRedis, startRedis } = await import('../../test/support/redis.ts');
    if (!hasRedis) return { kind: 'skipped', reason: 'it needs redis-server; install Redis.' };
    await using redis = await startRedis();
    return await compare(world, redis.url);
  },
};

/** Both servers stand on one database all the time, so that each pays for the other's scans. */
async function compare(world: World, redisUrl: string): Promise<Outcome> {
  await using onRedis = await startWhole(world, { REDIS_URL: redisUrl });
  await using onPostgres = await startWhole(world);
  await using submitter = await startChild<SubmitQuestion, Sent[]>('submit.js');
  const execute = ({ url }: { url: string }, ms: number) => executeFor(world, { submitter, url, ms });
  await execute(onRedis, warmMs);
  await execute(onPostgres, warmMs);
  return await inTurn(
    world,
    { pid: onRedis.pid, turn: () => execute(onRedis, turnMs) },
    { pid: onPostgres.pid, turn: () => execute(onPostgres, turnMs) },
  );
}
