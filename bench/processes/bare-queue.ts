import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { limits } from '../../src/domain/executions/slots.ts';
import { openBackend } from '../../src/queues/open-backend.ts';
import { answerQuestions } from '../harness/answer.ts';
import type { Turn } from './load.ts';

/** BullMQ alone, on Errand's own connections and with its concurrency: jobs that do nothing, added and run by one process. */
export type JobLoad = { ms: number; callers: number };

const { DATABASE_URL: url = '', POOL_SIZE } = process.env;
const database = { url, directUrl: url, poolSize: Number(POOL_SIZE) };
const report = (error: unknown) => process.stderr.write(`${error}\n`);
const backend = await openBackend({ database, redis: null }, report);

const options = { connection: {}, streams: { events: { maxLen: 100 } } };
const queue = new Queue('bench', options, backend.factory);
const worker = new Worker('bench', async () => {}, { connection: {}, concurrency: limits.all }, backend.factory);
queue.on('error', report);
worker.on('error', report);
await worker.waitUntilReady();

const keepNothing = { attempts: 1, removeOnComplete: true, removeOnFail: true };

let completed = 0;
worker.on('completed', () => {
  completed += 1;
});

/** Adds jobs for a while. @returns how many. */
async function add({ ms, callers }: JobLoad): Promise<number> {
  const until = performance.now() + ms;
  let added = 0;
  const addAgain = async () => {
    for (; performance.now() < until; added += 1) await queue.add('nothing', { id: added }, keepNothing);
  };
  await Promise.all(Array.from({ length: callers }, addAgain));
  return added;
}

answerQuestions(
  async (load: JobLoad): Promise<Turn> => {
    const [startedAt, completedBefore] = [performance.now(), completed];
    const calls = await add(load);
    const all = completedBefore + calls;
    while (completed < all) await delay(1);
    return { calls, perSecond: (calls * 1000) / (performance.now() - startedAt) };
  },
  async () => {
    await worker.close();
    await queue.close();
    await backend[Symbol.asyncDispose]();
  },
);
