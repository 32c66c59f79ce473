import { setTimeout as delay } from 'node:timers/promises';
import { readCpu } from '../harness/cpu.ts';
import type { World } from '../harness/world.ts';
import type { Outcome, Row } from '../row.ts';
import { startWhole } from './executions-server.ts';

/** What starting needs is over by then. */
const restMs = 30_000;
const measuredMs = 30_000;

type Idle = { statementsPerSecond: number; cpu: { server: number; postgres: number } | null };

export const idleStatements: Row = {
  name: 'idle',
  measures: 'statements that a server without requests (all in one process) sends to PostgreSQL',
  goal: { below: 10 },
  async run(world) {
    const { statementsPerSecond } = await measuredOnce(world);
    return { kind: 'value', value: statementsPerSecond, unit: '/s' };
  },
};

export const idleCpu: Row = {
  name: 'idle-cpu',
  measures: 'CPU time of a server without requests and of its PostgreSQL',
  goal: { below: 1 },
  async run(world): Promise<Outcome> {
    const { cpu } = await measuredOnce(world);
    if (!cpu) return { kind: 'skipped', reason: 'it needs /proc.' };
    const detail = `server ${cpu.server.toFixed(2)} %, PostgreSQL ${cpu.postgres.toFixed(2)} %`;
    return { kind: 'value', value: cpu.server + cpu.postgres, unit: '% of a core', detail };
  },
};

const known = new WeakMap<World, Promise<Idle>>();

/** Both rows are one measurement. */
function measuredOnce(world: World): Promise<Idle> {
  const measured = known.get(world) ?? measure(world);
  known.set(world, measured);
  return measured;
}

async function measure(world: World): Promise<Idle> {
  await using errand = await startWhole(world);
  await delay(restMs);
  const before = await readBoth(world, errand.pid);
  await delay(measuredMs);
  const after = await readBoth(world, errand.pid);
  const percent = (of: 'server' | 'postgres') =>
    ((after.cpu?.[of] ?? 0) - (before.cpu?.[of] ?? 0)) * (100 / measuredMs);
  return {
    // The question itself is one of them.
    statementsPerSecond: (after.statements - before.statements - 1) / (measuredMs / 1_000),
    cpu: before.cpu && after.cpu && { server: percent('server'), postgres: percent('postgres') },
  };
}

/** A statement outside of a transaction is a transaction of its own, which PostgreSQL counts. */
const countTransactions = `SELECT (xact_commit + xact_rollback)::float8 AS statements
  FROM pg_stat_database WHERE datname = current_database()`;

async function readBoth({ db, postmaster }: World, pid: number) {
  const { rows } = await db.query<{ statements: number }>(countTransactions);
  return { statements: rows[0]?.statements ?? 0, cpu: await readCpu(pid, postmaster) };
}
