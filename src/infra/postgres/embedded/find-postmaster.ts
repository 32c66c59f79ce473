import { readFile, readlink, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from './command.ts';

/** A running PostgreSQL server. */
export type Postmaster = { pid: number; port: number };

/** The server that runs on this data folder, regardless of who started it; null if there is none. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const lines = await readPidFile(data);
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!(pid > 0) || !(port > 0)) return null;
  return (await runsOn(pid, data)) ? { pid, port } : null;
}

/** The process id may have been reused: only a postgres process in this folder counts. */
async function runsOn(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return runsPostgres(pid);
  const links = ['exe', 'cwd'].map((name) => readlink(`/proc/${pid}/${name}`));
  const [exe, cwd] = await Promise.all(links).catch(() => ['', '']);
  // npm may have replaced the program while it is running.
  return basename(exe ?? '').replace(/ \(deleted\)$/, '') === 'postgres' && cwd === data;
}

async function runsPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true;
  const name = await run({ file: 'ps', args: ['-o', 'comm=', '-p', String(pid)], account: null }).catch(() => '');
  return basename(name.trim()) === 'postgres';
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * PostgreSQL ignores the file of a dead process, and correctly refuses to start while the process lives. If the process
 * id now belongs to another program, the file is a leftover. PostgreSQL still detects surviving processes by their
 * shared memory.
 */
export async function removeStalePidFile(data: string): Promise<void> {
  const pid = Number((await readPidFile(data))[0]);
  if (pid > 0 && isAlive(pid) && !(await runsOn(pid, data))) await unlink(pidFile(data));
}

function pidFile(data: string): string {
  return join(data, 'postmaster.pid');
}

/**
 * The lines of the file: process, folder, start time, port and more; empty if there is no file or it disappears now.
 */
async function readPidFile(data: string): Promise<string[]> {
  const text = await readFile(pidFile(data), 'utf8').catch(() => '');
  return text.split('\n');
}
