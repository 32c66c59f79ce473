import pg from 'pg';
import { expect, test } from 'vitest';
import { StartFault } from '../../../src/config/start-fault.ts';
import { migrate, pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { readMigrationFiles } from '../../../src/infra/postgres/migration-files.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createMigrationsFolder } from '../../support/migrations-folder.ts';

const emptyDatabase = () => createTestDatabase({ migrated: false });
const names = async () => (await readMigrationFiles()).map((file) => file.name);

async function query<R extends pg.QueryResultRow>({ url }: TestDatabase, sql: string): Promise<R[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function pending({ url }: TestDatabase, directory?: string): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: url });
  return pendingMigrations(pool, { directory }).finally(() => pool.end());
}

const tableExists = async (database: TestDatabase, table: string) =>
  (await query<{ found: boolean }>(database, `SELECT to_regclass('${table}') IS NOT NULL AS found`))[0]?.found;

test('an empty database gets every migration, and the second run has nothing to do', async () => {
  await using database = await emptyDatabase();
  expect(await pending(database)).toEqual(await names());
  expect(await migrate(database.database)).toEqual(await names());
  expect(await migrate(database.database)).toEqual([]);
  expect(await pending(database)).toEqual([]);
});

test('of several at once one works and the others wait', async () => {
  await using database = await emptyDatabase();
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(database.database)));
  expect(applied.flat()).toEqual(await names());
  const rows = await query(database, 'SELECT FROM _prisma_migrations');
  expect(rows).toHaveLength((await names()).length);
});

test('an edited migration is refused, by the migrator and by a start', async () => {
  await using database = await emptyDatabase();
  await using folder = await createMigrationsFolder({ '1_a': 'CREATE TABLE a ()' });
  await migrate(database.database, folder);
  await folder.write('1_a', 'CREATE TABLE a (b int)');
  await folder.write('2_b', 'CREATE TABLE b ()');
  await expect(migrate(database.database, folder)).rejects.toThrow(/1_a was edited/);
  await expect(pending(database, folder.directory)).rejects.toThrow(StartFault);
  expect(await tableExists(database, 'b')).toBe(false);
});

test('a failing migration leaves nothing of itself, keeps what came before, and can be mended', async () => {
  await using database = await emptyDatabase();
  await using folder = await createMigrationsFolder({
    '1_a': 'CREATE TABLE a ()',
    '2_b': 'CREATE TABLE b (); INSERT INTO absent VALUES (1);',
  });
  await expect(migrate(database.database, folder)).rejects.toThrow(/2_b failed: relation "absent" does not exist/);
  expect([await tableExists(database, 'a'), await tableExists(database, 'b')]).toEqual([true, false]);
  await folder.write('2_b', 'CREATE TABLE b ()');
  expect(await migrate(database.database, folder)).toEqual(['2_b']);
});

test('a statement that needs no transaction around it has none', async () => {
  await using database = await emptyDatabase();
  await using folder = await createMigrationsFolder({
    '1_a': 'CREATE TABLE a (b int)',
    '2_index': '-- errand: without transaction\nCREATE INDEX CONCURRENTLY a_b ON a (b);',
  });
  expect(await migrate(database.database, folder)).toEqual(['1_a', '2_index']);
  expect(await tableExists(database, 'a_b')).toBe(true);
});

test('a migration without a transaction that failed is not tried again before somebody looked', async () => {
  await using database = await emptyDatabase();
  await using folder = await createMigrationsFolder({
    '1_a': 'CREATE TABLE a (b int); INSERT INTO a VALUES (1), (1);',
    '2_index': '-- errand: without transaction\nCREATE UNIQUE INDEX CONCURRENTLY a_b ON a (b);',
  });
  await expect(migrate(database.database, folder)).rejects.toThrow(/2_index failed/);
  await expect(migrate(database.database, folder)).rejects.toThrow(/2_index ended halfway/);
  await query(
    database,
    'DROP INDEX a_b; TRUNCATE a; UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL',
  );
  expect(await migrate(database.database, folder)).toEqual(['2_index']);
});

test('a migration that only a newer version knows is no obstacle', async () => {
  await using database = await emptyDatabase();
  await using newer = await createMigrationsFolder({ '1_a': 'CREATE TABLE a ()', '2_b': 'CREATE TABLE b ()' });
  await using older = await createMigrationsFolder({ '1_a': 'CREATE TABLE a ()' });
  await migrate(database.database, newer);
  expect(await pending(database, older.directory)).toEqual([]);
});
