import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { DatabaseConfig } from '../../config/config.ts';
import { StartFault } from '../../config/start-fault.ts';
import { openSession } from './client.ts';
import { migrateQueues } from './migrate-queues.ts';
import { type MigrationFile, migrationsDirectory, readMigrationFiles } from './migration-files.ts';
import { ensureHistory, pendingFiles, takeMigrationLock } from './migration-history.ts';
import { requireServerVersion } from './server-version.ts';

/** `now()` is when the transaction began, and so the migration. */
const insertRow = `
  INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
  VALUES ($1, $2, $3, now(), CASE WHEN $4 THEN clock_timestamp() END, $4::boolean::int)`;

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
  for (const file of pending) await apply(session, file);
  return pending.map((file) => file.name);
}

async function apply(session: pg.Client, file: MigrationFile): Promise<void> {
  try {
    await (file.inTransaction ? applyInTransaction(session, file) : applyBare(session, file));
  } catch (cause) {
    throw new StartFault(`The migration ${file.name} failed: ${describe(cause)}`, { cause });
  }
}

/** A failure ends the session, and the transaction with it. */
async function applyInTransaction(session: pg.Client, file: MigrationFile): Promise<void> {
  await session.query('BEGIN');
  await session.query(file.sql);
  await session.query(insertRow, [randomUUID(), file.checksum, file.name, true]);
  await session.query('COMMIT');
}

/** The row is first written as unfinished, so that the next run detects a crash in between. */
async function applyBare(session: pg.Client, file: MigrationFile): Promise<void> {
  const id = randomUUID();
  await session.query(insertRow, [id, file.checksum, file.name, false]);
  await session.query(file.sql);
  await session.query(
    'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
    [id],
  );
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
