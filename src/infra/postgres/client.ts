import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { DatabaseConfig } from '../../config/config.ts';
import { StartFault } from '../../config/start-fault.ts';
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

/** The same, connected. @throws StartFault saying why it cannot be, without the password. */
export async function openSession(database: DatabaseConfig, { name }: { name: string }): Promise<pg.Client> {
  const session = createSession(database, { name });
  try {
    await session.connect();
    return session;
  } catch (cause) {
    const { host, pathname } = new URL(database.directUrl);
    const reason = (cause as Error).message || (cause as NodeJS.ErrnoException).code;
    throw new StartFault(
      `The database ${pathname.slice(1)} at ${host} cannot be used: ${reason}. Check DATABASE_URL.`,
      {
        cause,
      },
    );
  }
}

/** Prisma on the same connections; the pool stays the caller's to end. */
export function createPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}
