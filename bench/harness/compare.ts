import type { Load, Turn } from '../processes/load.ts';
import type { Outcome } from '../row.ts';
import { startChild } from './child.ts';
import { type Cpu, readCpu } from './cpu.ts';
import type { Server } from './errand.ts';
import type { World } from './world.ts';

export type Target = Pick<Load, 'url' | 'request'>;

/** A server, and what is asked of it. */
export type Asked = { server: Server; target: Target };

/** One of the two that are compared: how it takes its turn, and the process whose CPU time that costs beside PostgreSQL's. */
export type Side = { pid: number; turn(): Promise<Turn> };

const callers = 16;
/** Many short turns rather than few long ones: what else the machine does then hits both. */
const rounds = 6;
const turnMs = 700;

/** Calls per second of both, measured in turn (A B A B) by one load process, so that a slow moment hits both. */
export async function compareHttp(world: World, errand: Asked, ceiling: Asked): Promise<Outcome> {
  await using load = await startChild<Load, Turn>('load.js');
  const turn = ({ target }: Asked, warmMs: number) => load.ask({ ...target, callers, warmMs, ms: turnMs });
  // The first calls are compiled code's making; they are not measured.
  await turn(errand, 1_500);
  await turn(ceiling, 500);
  return await inTurn(
    world,
    { pid: errand.server.pid, turn: () => turn(errand, 100) },
    { pid: ceiling.server.pid, turn: () => turn(ceiling, 100) },
  );
}

/** The median rate of each, the ratio of the two, and the CPU time per call where the system tells it. */
export async function inTurn(world: World, errand: Side, ceiling: Side): Promise<Outcome> {
  const ofErrand: Measured[] = [];
  const ofCeiling: Measured[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ofErrand.push(await measure(world, errand));
    ofCeiling.push(await measure(world, ceiling));
  }
  const [rate, limit] = [medianRate(ofErrand), medianRate(ofCeiling)];
  const [errandCpu, ceilingCpu] = [cpuPerCall(ofErrand), cpuPerCall(ofCeiling)];
  const cpuMs = errandCpu && ceilingCpu && { errand: errandCpu, ceiling: ceilingCpu };
  return { kind: 'ratio', errand: rate, ceiling: limit, ratio: rate / limit, unit: '/s', cpuMs };
}

type Measured = Turn & { cpu: Cpu | null };

async function measure({ postmaster }: World, { pid, turn }: Side): Promise<Measured> {
  const before = await readCpu(pid, postmaster);
  const done = await turn();
  const after = await readCpu(pid, postmaster);
  const cpu = before && after && { server: after.server - before.server, postgres: after.postgres - before.postgres };
  return { ...done, cpu };
}

function cpuPerCall(turns: readonly Measured[]): Cpu | null {
  const calls = turns.reduce((sum, turn) => sum + turn.calls, 0);
  const perCall = (of: keyof Cpu) => turns.reduce((sum, { cpu }) => sum + (cpu?.[of] ?? Number.NaN), 0) / calls;
  const [server, postgres] = [perCall('server'), perCall('postgres')];
  return Number.isFinite(server) && Number.isFinite(postgres) ? { server, postgres } : null;
}

function medianRate(turns: readonly Turn[]): number {
  return median(turns.map(({ perSecond }) => perSecond));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
