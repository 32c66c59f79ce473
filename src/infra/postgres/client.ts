import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { DatabaseConfig } from '../../config/config.ts';
import { StartFault } from '../../config/start-fault.ts';
import { PrismaClient } from '../../generated/prisma/client.ts';
import { rowTypes } from './row-types.ts';

/** A pool whose rows have the same types as rows from Prisma. `name` is shown in pg_stat_activity. */
export function createPool(database: DatabaseConfig, { name }: { name: string }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: database.url,
    max: database.poolSize,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: rowTypes,
  });
  // A broken idle connection has already left the pool, and the next query opens another. Without a listener, Node
  // would end the process.
  pool.on('error', () => {});
  return pool;
}

/** A separate connection for what needs a session (LISTEN, session locks). The caller connects and ends it. */
export function createSession(database: DatabaseConfig, { name }: { name: string }): pg.Client {
  return new pg.Client({
    connectionString: database.directUrl,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: rowTypes,
  });
}

/** Creates and connects a session. @throws StartFault with the reason if it cannot connect, without the password. */
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

/** Prisma on the connections of the pool. The caller ends the pool. */
export function createPrisma(pool: pg.Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool) });
}
