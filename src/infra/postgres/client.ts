import type pg from 'pg';
import type { DatabaseConfig } from '../../config/config.ts';
import { describeDatabase } from '../../config/database-url.ts';
import { StartFault } from '../../config/start-fault.ts';
import { connectionsTo } from './connection.ts';
import { PatientPool } from './pool.ts';
import { rowTypes } from './row-types.ts';
import { Servers } from './servers.ts';

/** Claims, and outcomes, which are written together, and renewals and log lines, which are short. */
const workConnections = 4;

/** A pool whose rows have the same types as rows from Prisma. `name` is shown in pg_stat_activity. */
export function createPool(database: DatabaseConfig, { name }: { name: string }): PatientPool {
  return new PatientPool(database.url, { max: database.poolSize, application_name: name, types: rowTypes });
}

/**
 * Connections for work that holds leases: however many requests wait for a connection, none costs a lease. Their statements
 * read by indexes also when the tables are small, since a plan is kept, and a queue can grow within a second.
 */
export function createWorkPool({ directUrl }: DatabaseConfig): PatientPool {
  return new PatientPool(directUrl, {
    max: workConnections,
    min: 1,
    application_name: 'errand work',
    options: '-c enable_seqscan=off',
    types: rowTypes,
  });
}

/**
 * Connects a session to the first server that accepts writes. The caller ends it. @throws StartFault with the reason if
 * there is none, without the password.
 */
export async function openSession(database: DatabaseConfig, { name }: { name: string }): Promise<pg.Client> {
  const servers = new Servers(database.directUrl);
  const Connection = connectionsTo(servers);
  for (let left = servers.count; ; ) {
    const session = new Connection({ application_name: name, types: rowTypes });
    try {
      await session.connect();
      return session;
    } catch (cause) {
      left -= 1;
      if (left === 0) throw unusable(database, cause as NodeJS.ErrnoException);
    }
  }
}

function unusable({ directUrl }: DatabaseConfig, cause: NodeJS.ErrnoException): StartFault {
  const reason = (cause.message || cause.code || '').replace(/\.$/, '');
  const message = `The database ${describeDatabase(directUrl)} cannot be used: ${reason}. Check DATABASE_URL.`;
  return new StartFault(message, { cause });
}
