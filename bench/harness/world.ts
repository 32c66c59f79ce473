import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { createPool } from '../../src/infra/postgres/client.ts';
import { startEmbeddedPostgres } from '../../src/infra/postgres/embedded.ts';
import { migrate } from '../../src/infra/postgres/migrate.ts';
import { findPostmaster } from './cpu.ts';
import { linkMigrations } from './paths.ts';
import { type Seeded, seed, seedOwner } from './seed.ts';

/** What all rows share: one PostgreSQL with default settings and one tenant's data. */
export type World = {
  databaseUrl: string;
  masterKey: Buffer;
  db: pg.Pool;
  /** The process id of PostgreSQL, to tell its CPU time. */
  postmaster: number;
  seeded: Seeded;
  /** Connections of every server that is measured, Errand's and the ceilings'. */
  poolSize: number;
};

const poolSize = 10;

export async function openWorld(): Promise<World & AsyncDisposable> {
  await linkMigrations();
  const home = await mkdtemp(join(tmpdir(), 'errand-bench-'));
  // When root runs the bench, PostgreSQL runs as another user and must get in.
  await chmod(home, 0o755);
  const postgres = await startEmbeddedPostgres({ home, report: () => {} });
  await migrate(postgres.database);
  const masterKey = randomBytes(32);
  const db = createPool(postgres.database, { name: 'bench' });
  const seeded = await seed(db, masterKey);
  return {
    databaseUrl: postgres.database.url,
    masterKey,
    db,
    postmaster: await findPostmaster(db),
    seeded,
    poolSize,
    [Symbol.asyncDispose]: async () => {
      await db.end();
      await postgres[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Another database on the same PostgreSQL, with an owner and nothing else in it. */
export async function openWorldBeside(world: World, name: string): Promise<World & AsyncDisposable> {
  const { masterKey, postmaster, poolSize } = world;
  const url = Object.assign(new URL(world.databaseUrl), { pathname: `/${name}` }).href;
  const database = { url, directUrl: url, poolSize };
  await world.db.query(`CREATE DATABASE ${name}`);
  await migrate(database);
  const db = createPool(database, { name: 'bench' });
  const seeded = await seedOwner(db, masterKey);
  return {
    databaseUrl: url,
    masterKey,
    db,
    postmaster,
    seeded,
    poolSize,
    [Symbol.asyncDispose]: async () => {
      await db.end();
      await world.db.query(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
