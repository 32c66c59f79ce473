import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { migrate } from '../../../src/infra/postgres/migrate.ts';
import { migrationsDirectory, readMigrationFiles } from '../../../src/infra/postgres/migration-files.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createMigrationsFolder } from '../../support/migrations-folder.ts';
import { openSchemaEngine } from '../../support/schema-engine.ts';

const migrations = { '1_a': 'CREATE TABLE a ()', '2_b': 'CREATE TABLE b ()' };

async function query({ url }: TestDatabase, sql: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client(url);
  await client.connect();
  return (await client.query(sql).finally(() => client.end())).rows;
}

/** How `_prisma_migrations` is made, and what is in it but for times and random ids. */
async function history(database: TestDatabase) {
  return {
    columns: await query(
      database,
      `SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
       FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    ),
    constraints: await query(
      database,
      `SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE conrelid = '_prisma_migrations'::regclass ORDER BY conname`,
    ),
    rows: await query(
      database,
      `SELECT length(id), checksum, finished_at >= started_at AS finished, migration_name, logs, rolled_back_at,
         applied_steps_count FROM _prisma_migrations ORDER BY migration_name`,
    ),
  };
}

test('Prisma finds nothing edited, failed or to do in our history', async () => {
  await using database = await createTestDatabase();
  await using engine = await openSchemaEngine(database.url);
  expect(await engine.diagnose(await readMigrationFiles())).toEqual({ history: null, edited: [], failed: [] });
});

test('our history is the one that prisma migrate deploy writes, and either goes on where the other stopped', async () => {
  await using folder = await createMigrationsFolder(migrations);
  const files = await readMigrationFiles(folder.directory);
  await using ours = await createTestDatabase({ migrated: false });
  await using prismas = await createTestDatabase({ migrated: false });
  await migrate(ours.database, folder);
  await using engine = await openSchemaEngine(prismas.url);
  expect(await engine.deploy(files)).toEqual(['1_a', '2_b']);
  expect(await history(ours)).toEqual(await history(prismas));

  await folder.write('3_c', 'CREATE TABLE c ()');
  expect(await migrate(prismas.database, folder)).toEqual(['3_c']);
  await using engineOnOurs = await openSchemaEngine(ours.url);
  expect(await engineOnOurs.deploy(await readMigrationFiles(folder.directory))).toEqual(['3_c']);
});

test('an edited migration is seen by Prisma as well', async () => {
  await using database = await createTestDatabase();
  await using engine = await openSchemaEngine(database.url);
  const [first, ...rest] = await readMigrationFiles();
  if (!first) throw new Error('There are no migrations.');
  const diagnosis = await engine.diagnose([{ ...first, sql: `${first.sql}\n-- edited` }, ...rest]);
  expect(diagnosis.edited).toEqual([first.name]);
});

test('schema.prisma and the migrations agree', async () => {
  await using database = await createTestDatabase();
  await using engine = await openSchemaEngine(database.url);
  expect(await engine.drift()).toBe('');
});

test.each([
  ['a column', 'ALTER TABLE task DROP COLUMN notes', /ADD COLUMN.*notes/],
  ['an index', 'DROP INDEX "event_tenantId_seq_idx"', /CREATE INDEX "event_tenantId_seq_idx"/],
  [
    'a foreign key',
    'ALTER TABLE task DROP CONSTRAINT "task_tenantId_creatorId_fkey"',
    /ADD CONSTRAINT "task_tenantId_creatorId_fkey"/,
  ],
  ['a value of an enum', `ALTER TYPE "Priority" RENAME VALUE 'URGENT' TO 'ASAP'`, /Priority/],
])('drift is noticed: %s is missing', async (_, sql, mended) => {
  await using database = await createTestDatabase();
  await query(database, sql);
  await using engine = await openSchemaEngine(database.url);
  expect(await engine.drift()).toMatch(mended);
});

test('drift is noticed: a column is in schema.prisma alone', async () => {
  await using database = await createTestDatabase();
  await using engine = await openSchemaEngine(database.url);
  const schema = await readFile(join(migrationsDirectory, '../schema.prisma'), 'utf8');
  const grown = schema.replace('model Task {', 'model Task {\n  mood String?');
  expect(await engine.drift(grown)).toMatch(/ADD COLUMN.*mood/);
});
