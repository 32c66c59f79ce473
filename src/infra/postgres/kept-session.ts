import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { failuresAfter, reconnectMs } from '../../shared/reconnect.ts';
import { breakOff, connectionsTo } from './connection.ts';
import { Servers } from './servers.ts';

/** What a session is for. */
export type SessionUse = {
  /** Shown in pg_stat_activity. */
  name: string;
  /** Settings of the session, such as `-c idle_session_timeout=10s`. */
  options?: string;
  /** Ends soon after the signal aborts, or when the session is lost. */
  use(session: pg.Client, signal: AbortSignal): Promise<void>;
  onError(error: unknown): void;
};

/** How long the use of a session may take to end. */
const endMs = 1_000;

/**
 * Keeps a session for what needs one (LISTEN, session locks): when it is lost, another one is opened, with growing
 * waits while none can be opened and used. Disposing of it waits for the end of its use.
 */
export function keepSession(url: string, { name, options, use, onError }: SessionUse): AsyncDisposable {
  const Connection = connectionsTo(new Servers(url));
  const closing = new AbortController();
  const { signal } = closing;
  let session: pg.Client | null = null;
  const running = run();

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const startMs = performance.now();
      session = new Connection({ application_name: name, options });
      try {
        await session.connect();
        await use(session, signal);
      } catch (error) {
        if (!signal.aborted) onError(error);
      } finally {
        await session.end().catch(onError);
      }
      failures = failuresAfter(failures, performance.now() - startMs);
      await delay(reconnectMs(failures), undefined, { signal }).catch(() => {});
    }
  }

  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      const cut = setTimeout(() => session && breakOff(session, new Error('The session was closed.')), endMs);
      await running;
      clearTimeout(cut);
    },
  };
}
