import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { DatabaseConfig } from '../../config/config.ts';
import { PrismaClient } from '../../generated/prisma/client.ts';
import { rowTypes } from './row-types.ts';

/** A pool whose rows have the shapes that Prisma gives. `name` is what pg_stat_activity shows. */
export function createPool(database: DatabaseConfig, { name }: { name: string }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: database.url,
    max: database.poolSize,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: rowTypes,
  });
  // An idle connection that breaks has already left the pool, and the next query opens another. Without a listener
  // Node would end the process.
  pool.on('error', () => {});
  return pool;
}

/** One connection of its own, for what needs a session (LISTEN, session locks). The caller connects and ends it. */
export function createSession(database: DatabaseConfig, { name }: { name: string }): pg.Client {
  return new pg.Client({
    connectionString: database.directUrl,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: rowTypes,
  });
}

/** Prisma on the same connections; the pool stays the caller's to end. */
export function createPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}
