import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { newId } from '../../src/shared/ids.ts';
import { type Child, startChild } from '../harness/child.ts';
import { median } from '../harness/compare.ts';
import { spawnErrand } from '../harness/errand.ts';
import { type Counts, type FloodName, floods, type Site } from '../harness/floods.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import { type Seeded, seedMember, seedOwner, seedTasks } from '../harness/seed.ts';
import { openWorldBeside, type World } from '../harness/world.ts';
import type { FloodQuestion } from '../processes/flood.ts';
import type { Pace } from '../processes/pace.ts';
import type { Row } from '../row.ts';
import { formatNumber } from '../table.ts';
import { createTarget } from './create-task.ts';
import { listQuery } from './task-list.ts';

/** Many short turns, quiet and flooded: what else the machine does hits both. */
const rounds = 6;
const pace = { everyMs: 50, count: 20 };
/** From the begin of a flood until it is at its height, and from its end until nothing of it is left. */
const settleMs = 300;
const members = 10;

const kinds = Object.keys(floods) as FloodName[];

export const starvation: Row = {
  name: 'starvation',
  measures: `tasks(first: 50) and createTask of a tenant, 20/s, while another floods within the default limits: p95 against the same in quiet, the worst of ${kinds.join(', ')}`,
  goal: { below: 2 },
  async run(world) {
    await using beside = await openWorldBeside(world, 'bench_starvation');
    const site = await seedFlooding(beside);
    const victims = await seedVictims(beside);
    await beside.db.query('VACUUM ANALYZE');
    const measured: Measured[] = [];
    for (const name of kinds) {
      const one = await measureFlood(beside, { name, site, victims });
      // The row takes long, and each of its lines is of use alone.
      process.stderr.write(`  ${one.text}\n`);
      measured.push(one);
    }
    const worst = Math.max(...measured.map(({ ratio }) => ratio));
    return { kind: 'value', value: worst, unit: '×', detail: measured.map(({ text }) => `\n  ${text}`).join('') };
  },
};

/** One kind of flood, with a server of its own. */
type Case = { name: FloodName; site: Omit<Site, 'url' | 'db'>; victims: readonly Seeded[] };
type Measured = { ratio: number; text: string };

async function measureFlood(world: World, { name, site, victims }: Case): Promise<Measured> {
  await using errand = await spawnErrand('start', {
    DATABASE_URL: world.databaseUrl,
    ERRAND_MASTER_KEY: world.masterKey.toString('base64'),
    ERRAND_HTTP_ALLOW: '127.0.0.1',
  });
  await errand.answers(async () => (await fetch(`${errand.url}/readyz`)).ok);
  await using flood = await startChild<FloodQuestion, Counts>('flood.js', { env: { DATABASE_URL: world.databaseUrl } });
  await using victim = await startChild<Pace, number[]>('pace.js');
  const requests = victims.flatMap((seeded) => usualRequests(errand.url, { ...world, seeded }));
  const measure = async () => p95(await victim.ask({ url: `${errand.url}/graphql`, requests, ...pace }));
  await flood.ask({ kind: 'prepare', name, url: errand.url, ...site });
  // The first calls are compiled code's making; they are not measured.
  for (let warming = 0; warming < 2; warming += 1) await measure();
  return summarise(name, await measureTurns(measure, flood));
}

type Turn = { quiet: number; flooded: number; counts: Counts };

async function measureTurns(measure: () => Promise<number>, flood: Child<FloodQuestion, Counts>): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const quiet = await measure();
    await flood.ask({ kind: 'begin' });
    await delay(settleMs);
    const flooded = await measure();
    const counts = await flood.ask({ kind: 'end' });
    await delay(settleMs);
    turns.push({ quiet, flooded, counts });
  }
  return turns;
}

function summarise(name: string, turns: readonly Turn[]): Measured {
  const ratio = median(turns.map(({ quiet, flooded }) => flooded / quiet));
  const [quiet, flooded] = [median(turns.map((turn) => turn.quiet)), median(turns.map((turn) => turn.flooded))];
  const sum = (of: keyof Counts) => formatNumber(turns.reduce((total, { counts }) => total + counts[of], 0));
  const text = `${name}: ${ratio.toFixed(2)} × (${flooded.toFixed(1)} ms against ${quiet.toFixed(1)} ms; of the flood ${sum('answered')} answered, ${sum('refused')} refused)`;
  return { ratio, text };
}

function usualRequests(url: string, world: World) {
  return [graphqlTarget(url, world, listQuery).request, createTarget(url, world).request];
}

async function seedFlooding({ db, seeded, masterKey }: World): Promise<Omit<Site, 'url' | 'db'>> {
  const { tenantId } = seeded;
  const all = [seeded];
  while (all.length < members) all.push(await seedMember(db, { masterKey, tenantId }));
  for (const member of all) await seedTasks(db, member);
  const { rows } = await db.query<{ id: string }>('SELECT id FROM task WHERE "creatorId" = $1 LIMIT 500', [
    seeded.userId,
  ]);
  return {
    members: all,
    taskIds: rows.map(({ id }) => encodeGlobalId('Task', id)),
    projectId: await seedProject(db, all),
  };
}

/** A project of all members. @returns its global id. */
async function seedProject(db: pg.Pool, people: readonly Seeded[]): Promise<string> {
  const [{ tenantId, userId }] = people as [Seeded];
  const id = newId();
  await db.query(
    `INSERT INTO project (id, "tenantId", "creatorId", name, color, "isPrivate", position, version, "createdAt", "updatedAt")
     VALUES ($1, $2, $3, 'Flood', '#3366cc', false, 1, 1, now(), now())`,
    [id, tenantId, userId],
  );
  await db.query('INSERT INTO project_member ("tenantId", "projectId", "userId") SELECT $1, $2, unnest($3::uuid[])', [
    tenantId,
    id,
    people.map((person) => person.userId),
  ]);
  return encodeGlobalId('Project', id);
}

/** Two members of another tenant, so that they stay within their rates. */
async function seedVictims({ db, masterKey }: World): Promise<Seeded[]> {
  const first = await seedOwner(db, masterKey);
  const victims = [first, await seedMember(db, { masterKey, tenantId: first.tenantId })];
  for (const victim of victims) await seedTasks(db, victim);
  return victims;
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
}
