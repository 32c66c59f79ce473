import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';

/** Milliseconds of CPU time that each took, summed over their threads and processes. */
export type Cpu = { server: number; postgres: number };

/** Linux counts CPU time in hundredths of a second, whatever its kernel's own clock is. */
const msPerTick = 10;

/** What a process and PostgreSQL have taken since they started; null where the system has no /proc. */
export async function readCpu(pid: number, postmaster: number): Promise<Cpu | null> {
  const [server, postgres] = await Promise.all([readStat(pid), postgresMs(postmaster)]);
  return server && postgres !== null ? { server: server.ownMs, postgres } : null;
}

/** The process that all processes of PostgreSQL are children of; 0 where the system has no /proc. */
export async function findPostmaster(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return (await readStat(rows[0]?.pid ?? 0))?.parent ?? 0;
}

/** All its connections' processes, those that have ended too. */
async function postgresMs(postmaster: number): Promise<number | null> {
  const itself = await readStat(postmaster);
  if (!itself) return null;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readStat(Number(pid))));
  const children = stats.filter((stat) => stat?.parent === postmaster);
  return children.reduce((ms, stat) => ms + (stat?.ownMs ?? 0), itself.ownMs + itself.endedChildrenMs);
}

type Stat = { parent: number; ownMs: number; endedChildrenMs: number };

/** See proc_pid_stat(5); the name in parentheses may contain spaces. */
async function readStat(pid: number): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  if (text === null) return null;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  );
  return { parent, ownMs: (user + system) * msPerTick, endedChildrenMs: (childrenUser + childrenSystem) * msPerTick };
}
