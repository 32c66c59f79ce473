import { realpath } from 'node:fs/promises';
import pg from 'pg';
import { StartFault } from '../../../config/start-fault.ts';
import { type Access, superuser } from './cluster.ts';

/** A session on the maintenance database of this cluster; null while the server is starting or stopping. */
export async function connect({ data, password }: Access, port: number): Promise<pg.Client | null> {
  const session = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password,
    database: 'postgres',
    application_name: `errand owner ${process.pid}`,
    connectionTimeoutMillis: 5_000,
  });
  // A broken session is detected by its `end` event. Without an error listener, Node would end the process.
  session.on('error', () => {});
  try {
    await session.connect();
    const { rows } = await session.query<{ data_directory: string }>('SHOW data_directory');
    if ((await realpath(rows[0]?.data_directory ?? '')) === data) return session;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') throw wrongPassword(data);
  }
  await session.end().catch(() => {});
  return null;
}

function wrongPassword(data: string): StartFault {
  return new StartFault(
    `The password file next to ${data} does not belong to these data. Restore the file, or set ERRAND_HOME to a new folder.`,
  );
}
