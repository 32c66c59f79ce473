import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { DatabaseConfig } from '../../config/config.ts';
import { StartFault } from '../../config/start-fault.ts';
import { openSession } from './client.ts';
import { migrateQueues } from './migrate-queues.ts';
import { type MigrationFile, migrationsDirectory, readMigrationFiles } from './migration-files.ts';
import { ensureHistory, pendingFiles, takeMigrationLock } from './migration-history.ts';
import { requireServerVersion } from './server-version.ts';

/**
 * Applies the pending migrations and returns their names. Any number of processes may call it at once: one migrates,
 * the others wait and find nothing to do. A migration and its history row are one transaction, so it is applied
 * completely or not at all. @throws StartFault if a migration fails, was edited, or was interrupted.
 */
export async function migrate(database: DatabaseConfig, { directory = migrationsDirectory } = {}): Promise<string[]> {
  const session = await openSession(database, { name: 'errand migrate' });
  try {
    await requireServerVersion(session);
    await takeMigrationLock(session);
    const applied = await applyPending(session, directory);
    await migrateQueues(session);
    return applied;
  } finally {
    await session.end();
  }
}

/** The names of the migrations that this version of Errand needs and the database lacks. @throws StartFault as `migrate` */
export async function pendingMigrations(
  db: pg.Client | pg.Pool,
  { directory = migrationsDirectory } = {},
): Promise<string[]> {
  const pending = await pendingFiles(db, await readMigrationFiles(directory));
  return pending.map((file) => file.name);
}

async function applyPending(session: pg.Client, directory: string): Promise<string[]> {
  const pending = await pendingFiles(session, await readMigrationFiles(directory));
  await ensureHistory(session);
  for (const run of runsOf(pending)) await apply(session, run);
  return pending.map((file) => file.name);
}

/** Files in a row that are sent together, and files without a transaction alone. */
function runsOf(files: readonly MigrationFile[]): MigrationFile[][] {
  const runs: MigrationFile[][] = [];
  for (const file of files) {
    const last = runs.at(-1);
    if (file.inTransaction && last?.[0]?.inTransaction) last.push(file);
    else runs.push([file]);
  }
  return runs;
}

async function apply(session: pg.Client, run: MigrationFile[]): Promise<void> {
  const [first] = run as [MigrationFile];
  try {
    await (first.inTransaction ? session.query(run.map(inTransaction).join('\n')) : applyBare(session, first));
  } catch (cause) {
    const name = await failedOf(session, run).catch(() => `${first.name} or a later one`);
    throw new StartFault(`The migration ${name} failed: ${describe(cause)}`, { cause });
  }
}

/** A transaction of its own. PostgreSQL skips those after the one that fails. */
function inTransaction(file: MigrationFile): string {
  return `BEGIN;\n${file.sql}\n;\n${insertRow({ id: randomUUID(), file, isFinished: true })};\nCOMMIT;`;
}

/** The row is first written as unfinished, so that the next run detects a crash in between. */
async function applyBare(session: pg.Client, file: MigrationFile): Promise<void> {
  const id = randomUUID();
  await session.query(insertRow({ id, file, isFinished: false }));
  await session.query(file.sql);
  await session.query(
    'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
}

type HistoryRow = { id: string; file: MigrationFile; isFinished: boolean };

/** With literals, because several statements that are sent together have no parameters. */
function insertRow({ id, file, isFinished }: HistoryRow): string {
  const texts = [id, file.checksum, file.name].map(pg.escapeLiteral).join(', ');
  return `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
  SELECT ${texts}, moment, ${isFinished ? 'moment, 1' : 'NULL, 0'} FROM clock_timestamp() AS moment`;
}

/** The first of these files that is not applied. */
async function failedOf(session: pg.Client, run: MigrationFile[]): Promise<string | undefined> {
  const [first] = run;
  if (!first?.inTransaction) return first?.name;
  await session.query('ROLLBACK');
  return (await pendingFiles(session, run))[0]?.name;
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
