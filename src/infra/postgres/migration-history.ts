import type pg from 'pg';
import { StartFault } from '../../config/start-fault.ts';
import type { MigrationFile } from './migration-files.ts';
import { locks } from './session-lock.ts';

/** Prisma's exact definition of its table, so that `prisma migrate` can continue from here. */
const createHistory = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`;

type HistoryRow = { name: string; checksum: string; isFinished: boolean };

/** Waits for its turn to migrate. The lock is held until the session ends, however it ends. */
export async function takeMigrationLock(session: pg.Client): Promise<void> {
  await session.query('SELECT pg_advisory_lock($1)', [locks.migrate]);
}

export async function ensureHistory(session: pg.Client): Promise<void> {
  if (!(await hasHistory(session))) await session.query(createHistory);
}

/**
 * The files that are not applied yet. Applied migrations that have no file are left alone: during a rolling update
 * the older version starts on the newer schema.
 * @throws StartFault for an applied file that was edited, or a migration that ended halfway.
 */
export async function pendingFiles(db: pg.Client | pg.Pool, files: MigrationFile[]): Promise<MigrationFile[]> {
  const history = (await hasHistory(db)) ? await readHistory(db) : new Map<string, HistoryRow>();
  const faults = files.flatMap((file) => faultOf(file, history.get(file.name)) ?? []);
  if (faults.length > 0) throw new StartFault(faults);
  return files.filter((file) => !history.has(file.name));
}

function faultOf(file: MigrationFile, row: HistoryRow | undefined): string | undefined {
  if (!row) return undefined;
  if (!row.isFinished) {
    return `The migration ${file.name} ended halfway. Undo by hand what it left, mark it with UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${file.name}', then run npm run migrate again.`;
  }
  if (row.checksum !== file.checksum) {
    return `The migration ${file.name} was edited after it was applied to this database. Restore the original file, and put the change in a new migration.`;
  }
  return undefined;
}

async function hasHistory(db: pg.Client | pg.Pool): Promise<boolean> {
  const { rows } = await db.query<{ exists: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`,
  );
  return rows[0]?.exists === true;
}

async function readHistory(db: pg.Client | pg.Pool): Promise<Map<string, HistoryRow>> {
  const { rows } = await db.query<HistoryRow>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}
