import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findPostmaster } from '../../src/infra/postgres/embedded/find-postmaster.ts';
import { startEmbeddedPostgres } from '../../src/infra/postgres/embedded.ts';
import { migrate } from '../../src/infra/postgres/migrate.ts';
import { dataFolder } from './home.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that tests clone; nobody connects to it. */
    templateUrl: string;
  }
}

/** Fast and forgetful: a test's database need not survive a power cut. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  autovacuum: 'off',
};

/** One PostgreSQL for all tests of a project, in a folder of its own. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'errand-test-'));
  // When root runs the tests, PostgreSQL runs as another user and must get in.
  await chmod(home, 0o755);
  const postgres = await startEmbeddedPostgres({ home, report: () => {}, settings });
  const cleanUpAfterMe = await endWithThisProcess(home);
  await migrate(postgres.database);
  project.provide('templateUrl', postgres.database.url);
  return async () => {
    cleanUpAfterMe.kill();
    await postgres[Symbol.asyncDispose]();
    await rm(home, { recursive: true });
  };
}

/** A watchman that ends PostgreSQL when the tests are killed: its input ends with this process, however that ends. */
async function endWithThisProcess(home: string) {
  const postmaster = await findPostmaster(await dataFolder(home));
  const script = 'cat > /dev/null; kill -QUIT "$0"; sleep 1; rm -rf "$1"';
  const watchman = spawn('sh', ['-c', script, String(postmaster?.pid), home], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchman.unref();
  return watchman;
}
