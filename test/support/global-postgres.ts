import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/infra/postgres/embedded.ts';
import { migrate } from '../../src/infra/postgres/migrate.ts';

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
  await migrate(postgres.database);
  project.provide('templateUrl', postgres.database.url);
  return async () => {
    await postgres.stop();
    await rm(home, { recursive: true });
  };
}
