import { once } from 'node:events';
import type pg from 'pg';
import { keepSession } from '../infra/postgres/kept-session.ts';
import type { OpenHintTransport } from './hints.ts';

const channel = 'errand_hints';

/** Sends hints by LISTEN/NOTIFY. LISTEN needs a session, so `directUrl` must not be a transaction pooler. */
export function postgresHints(db: pg.Pool, directUrl: string, onError: (error: unknown) => void): OpenHintTransport {
  return (onText) => {
    const listening = keepSession(directUrl, {
      name: 'errand hints',
      onError,
      use: async (session, signal) => {
        session.on('notification', (message) => onText(message.payload ?? ''));
        const ended = once(session, 'end', { signal }).catch(() => {});
        await session.query(`LISTEN ${channel}`);
        await ended;
      },
    });
    return {
      publish: async (text) => {
        await db.query({ name: 'notify-hint', text: 'SELECT pg_notify($1, $2)', values: [channel, text] });
      },
      check: async () => {
        await db.query('SELECT');
      },
      [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
    };
  };
}
