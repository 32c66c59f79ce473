import { type Child, startChild } from '../harness/child.ts';
import { inTurn } from '../harness/compare.ts';
import type { World } from '../harness/world.ts';
import type { JobLoad } from '../processes/bare-queue.ts';
import type { Turn } from '../processes/load.ts';
import type { Sent, SubmitQuestion } from '../processes/submit.ts';
import type { Row } from '../row.ts';
import { allSucceeded, startWhole } from './executions-server.ts';

const callers = 16;
/** What was submitted by then is waited for. */
export const turnMs = 500;
export const warmMs = 1_500;

export const executions: Row = {
  name: 'executions',
  measures: 'no-op executions from submitExecution over HTTP to the final state, against no-op jobs of bare BullMQ',
  goal: { atLeast: 0.45 },
  async run(world) {
    await using errand = await startWhole(world);
    await using submitter = await startChild<SubmitQuestion, Sent[]>('submit.js');
    await using bare = await startBareQueue(world);
    const execute = (ms: number) => executeFor(world, { submitter, url: errand.url, ms });
    // The first ones are compiled code's making; they are not measured.
    await execute(warmMs);
    await bare.ask({ ms: warmMs, callers });
    return await inTurn(
      world,
      { pid: errand.pid, turn: () => execute(turnMs) },
      { pid: bare.pid, turn: () => bare.ask({ ms: turnMs, callers }) },
    );
  },
};

type Run = { submitter: Child<SubmitQuestion, Sent[]>; url: string; ms: number };

/** From before the first is submitted until the last has ended. */
export async function executeFor(world: World, { submitter, url, ms }: Run): Promise<Turn> {
  const startedAt = performance.now();
  const sent = await submitter.ask({ kind: 'while', url, token: world.seeded.token, ms, callers });
  await allSucceeded(world);
  return { calls: sent.length, perSecond: (sent.length * 1000) / (performance.now() - startedAt) };
}

function startBareQueue({ databaseUrl, poolSize }: World): Promise<Child<JobLoad, Turn>> {
  return startChild('bare-queue.js', { env: { DATABASE_URL: databaseUrl, POOL_SIZE: String(poolSize) } });
}
