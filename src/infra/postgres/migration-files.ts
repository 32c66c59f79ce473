import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One folder of prisma/migrations. */
export type MigrationFile = {
  name: string;
  sql: string;
  /** SHA-256 of the file in hex, which Prisma stores to detect edits. */
  checksum: string;
  /** False for a statement that PostgreSQL does not allow in a transaction, such as CREATE INDEX CONCURRENTLY. */
  inTransaction: boolean;
};

/** The package's own migrations; src/ and dist/ are equally deep. */
export const migrationsDirectory = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** The first line of a file that runs outside of a transaction. Such a file has a single statement. */
const withoutTransaction = /^-- errand: without transaction\r?\n/;

/** Every migration, in the order of application (folder names begin with their time). */
export async function readMigrationFiles(directory = migrationsDirectory): Promise<MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readMigrationFile(directory, name)));
}

async function readMigrationFile(directory: string, name: string): Promise<MigrationFile> {
  const bytes = await readFile(join(directory, name, 'migration.sql'));
  const sql = bytes.toString();
  const checksum = createHash('sha256').update(bytes).digest('hex');
  return { name, sql, checksum, inTransaction: !withoutTransaction.test(sql) };
}
