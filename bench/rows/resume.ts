import { setTimeout as delay } from 'node:timers/promises';
import { encodeStreamCursor, type StreamCursor } from '../../src/shared/cursor.ts';
import { startChild } from '../harness/child.ts';
import { readCpu } from '../harness/cpu.ts';
import { startErrand } from '../harness/errand.ts';
import type { World } from '../harness/world.ts';
import type { SubscribersAnswer, SubscribersQuestion } from '../processes/subscribers.ts';
import type { Row } from '../row.ts';
import { subscriberOptions } from './delivery.ts';

const missed = 10_000;
const rounds = 3;

/** Copies of the events of real tasks, as that many mutations would have left them. */
const insertMissed = `
  INSERT INTO event ("tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt", after)
  SELECT "tenantId", 'task.created', id, gen_random_uuid(), "creatorId", gen_random_uuid()::text, now(), to_jsonb(task)
  FROM task WHERE "tenantId" = $1 AND "creatorId" = $2 LIMIT $3`;

export const resume: Row = {
  name: 'resume',
  measures: `${missed.toLocaleString('en-US')} missed events resumed by one subscriber, from opening the socket`,
  goal: { below: 500 },
  async run(world) {
    await using errand = await startErrand(world);
    await using subscribers = await startChild<SubscribersQuestion, SubscribersAnswer>('subscribers.js');
    const after = encodeStreamCursor(await head(world));
    await missEvents(world);
    const options = { ...subscriberOptions(errand.url, world), variables: { after } };
    const times: number[] = [];
    const cpu: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = await readCpu(errand.pid, world.postmaster);
      const { ms } = (await subscribers.ask({ kind: 'resume', options, changes: missed })) as { ms: number };
      const after = await readCpu(errand.pid, world.postmaster);
      times.push(ms);
      if (before && after) cpu.push(`${after.server - before.server} + ${after.postgres - before.postgres}`);
    }
    const detail = `${times.map((ms) => Math.round(ms)).join(', ')} ms, one after another; the first is the one that counts; CPU time of server + PostgreSQL: ${cpu.join(', ')} ms`;
    return { kind: 'value', value: times[0] ?? Number.NaN, unit: 'ms', detail };
  },
};

async function head({ db }: World): Promise<StreamCursor> {
  await numbered(db);
  const { rows } = await db.query<{ epoch: string; seq: bigint }>('SELECT epoch, "lastSeq" AS seq FROM event_stream');
  if (!rows[0]) throw new Error('There is no stream.');
  return rows[0];
}

async function missEvents({ db, seeded }: World): Promise<void> {
  let left = missed;
  while (left > 0) {
    const { rowCount } = await db.query(insertMissed, [seeded.tenantId, seeded.userId, left]);
    left -= rowCount ?? 0;
  }
  await numbered(db);
}

/** Waits until the sequencer has numbered all there is. */
async function numbered(db: World['db']): Promise<void> {
  const text = 'SELECT FROM event WHERE seq IS NULL LIMIT 1';
  while ((await db.query(text)).rowCount) await delay(20);
}
