import { chmod, lstat, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostmaster } from '../../src/infra/postgres/embedded/find-postmaster.ts';

/** An ERRAND_HOME of one test. Disposing of it ends a PostgreSQL that a killed Errand left, and removes everything. */
export type TestHome = AsyncDisposable & {
  path: string;
  /** The process number of the PostgreSQL that runs in it; null when none does. */
  postgres(): Promise<number | null>;
};

/** `mode` is that of the folder above: 0o700 keeps PostgreSQL's own user out when root runs the test. */
export async function createTestHome({ mode = 0o755, name = '.errand' } = {}): Promise<TestHome> {
  const parent = await mkdtemp(join(tmpdir(), 'errand-home-'));
  await chmod(parent, mode);
  const path = join(parent, name);
  const postgres = async () => (await findPostmaster(await dataFolder(path)))?.pid ?? null;
  return {
    path,
    postgres,
    [Symbol.asyncDispose]: async () => {
      const pid = await postgres();
      if (pid) process.kill(pid, 'SIGKILL');
      await rm(await clusterFolder(path), { recursive: true, force: true });
      await rm(parent, { recursive: true });
    },
  };
}

/** Where the cluster really lies. */
export async function clusterFolder(home: string): Promise<string> {
  const folder = join(home, 'postgres');
  const found = await lstat(folder).catch(() => null);
  return found?.isSymbolicLink() ? readlink(folder) : folder;
}

export async function dataFolder(home: string): Promise<string> {
  return join(await clusterFolder(home), 'data');
}
