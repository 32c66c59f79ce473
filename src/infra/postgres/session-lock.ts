import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { keepSession, type SessionUse } from './kept-session.ts';

/** The advisory locks, by what their holder does. */
export const locks = {
  /** The number that `prisma migrate deploy` uses too, so that both never run at once. */
  migrate: 72_707_369,
  numberEvents: 72_707_370,
  createFirstOwner: 72_707_371,
  runSchedules: 72_707_372,
  /** Of the only Errand process that runs in a home and may stop its PostgreSQL. */
  ownServer: 0x455252,
} as const;

type Lock = (typeof locks)[keyof typeof locks];

/** PostgreSQL ends the session of a frozen holder (stopped process, lost network), and another process takes over. */
const idleSessionTimeoutMs = 5_000;

/** What one process at a time does. */
type LockUse = Omit<SessionUse, 'use'> & {
  lock: Lock;
  /** How often the lock is tried while another process has it. */
  standbyMs: number;
  /** Another process has the lock. */
  onStandby?(): void;
  /** Uses the session more often than each few seconds. The lock is released when it ends, or the session is lost. */
  whileHeld(session: pg.Client, signal: AbortSignal): Promise<void>;
};

/** Lets one process at a time do its work, the holder of a session lock; the others stand by. */
export function keepLock(
  url: string,
  { lock, standbyMs, onStandby, whileHeld, options, ...session }: LockUse,
): AsyncDisposable {
  return keepSession(url, {
    ...session,
    options: `-c idle_session_timeout=${idleSessionTimeoutMs} ${options ?? ''}`,
    async use(client, signal) {
      for (; !signal.aborted; await delay(standbyMs, null, { signal }).catch(() => {})) {
        if (await tryLock(client, lock)) {
          await whileHeld(client, signal);
          await client.query('SELECT pg_advisory_unlock($1)', [lock]);
        } else onStandby?.();
      }
    },
  });
}

/** Takes the lock until the session ends, if no other session has it. */
export async function tryLock(session: pg.Client, lock: Lock): Promise<boolean> {
  const { rows } = await session.query<{ isTaken: boolean }>('SELECT pg_try_advisory_lock($1) AS "isTaken"', [lock]);
  return rows[0]?.isTaken ?? false;
}
