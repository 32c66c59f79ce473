import pg from 'pg';
import type { OpenHintTransport } from './hints.ts';

const channel = 'errand_hints';
const reconnectDelayMs = 500;

/** Sends hints by LISTEN/NOTIFY. LISTEN needs a session, so `directUrl` must not be a transaction pooler. */
export function postgresHints(db: pg.Pool, directUrl: string, onError: (error: unknown) => void): OpenHintTransport {
  return (onText) => {
    let closed = false;
    let client: pg.Client | null = null;
    let retry: NodeJS.Timeout | undefined;

    function connect(): void {
      const next = new pg.Client({ connectionString: directUrl, application_name: 'errand hints', keepAlive: true });
      client = next;
      next.on('notification', (message) => onText(message.payload ?? ''));
      next.on('error', onError);
      next.on('end', () => {
        if (!closed) retry = setTimeout(connect, reconnectDelayMs);
      });
      next
        .connect()
        .then(() => next.query(`LISTEN ${channel}`))
        .catch((error: unknown) => {
          onError(error);
          void next.end().catch(onError);
        });
    }

    connect();
    return {
      publish: async (text) => {
        await db.query({ name: 'notify-hint', text: 'SELECT pg_notify($1, $2)', values: [channel, text] });
      },
      [Symbol.asyncDispose]: async () => {
        closed = true;
        clearTimeout(retry);
        await client?.end();
      },
    };
  };
}
