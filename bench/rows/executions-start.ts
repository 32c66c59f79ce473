import { startChild } from '../harness/child.ts';
import { startErrand } from '../harness/errand.ts';
import type { World } from '../harness/world.ts';
import type { Sent, SubmitQuestion } from '../processes/submit.ts';
import type { Outcome, Row } from '../row.ts';
import { executeFor, warmMs } from './executions.ts';
import { allSucceeded, startWhole, startWorker } from './executions-server.ts';

const perSecond = 50;
const seconds = 5;

export const executionStart: Row = {
  name: 'execution-start',
  measures: `submitExecution sent to its execution started, ${perSecond} a second, all in one process: p95`,
  goal: { below: 10 },
  async run(world) {
    await using errand = await startWhole(world);
    return await measureStarts(world, errand.url);
  },
};

export const executionStartApart: Row = {
  name: 'execution-start-apart',
  measures: 'the same with API and worker in processes of their own',
  goal: { below: 40 },
  async run(world) {
    await using api = await startErrand(world);
    await using _worker = await startWorker(world);
    return await measureStarts(world, api.url);
  },
};

async function measureStarts(world: World, url: string): Promise<Outcome> {
  await using submitter = await startChild<SubmitQuestion, Sent[]>('submit.js');
  await executeFor(world, { submitter, url, ms: warmMs });
  const pace = { kind: 'paced', count: perSecond * seconds, everyMs: 1000 / perSecond } as const;
  const sent = await submitter.ask({ ...pace, url, token: world.seeded.token });
  await allSucceeded(world);
  const delays = (await startDelays(world, sent)).sort((a, b) => a - b);
  const at = (share: number) => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN;
  const detail = `p50 ${at(0.5).toFixed(1)} ms, max ${at(1).toFixed(1)} ms over ${delays.length} executions, from before the request is sent`;
  return { kind: 'value', value: at(0.95), unit: 'ms', detail };
}

const selectStarts = `
  SELECT step.name AS step, (extract(epoch FROM execution."startedAt") * 1000)::float8 AS "startedMs"
  FROM execution_step step JOIN execution ON execution.id = step."executionId" WHERE step.name = ANY($1)`;

/** PostgreSQL's clock and the submitter's are one: both are on this machine. */
async function startDelays({ db }: World, sent: readonly Sent[]): Promise<number[]> {
  const { rows } = await db.query<{ step: string; startedMs: number }>(selectStarts, [sent.map(({ step }) => step)]);
  const startedMs = new Map(rows.map((row) => [row.step, row.startedMs]));
  return sent.map(({ step, atMs }) => (startedMs.get(step) ?? Number.NaN) - atMs);
}
