import type { EventEmitter } from 'node:events';
import pg from 'pg';
import { countPrepared } from './prepared-statements.ts';
import type { Servers } from './servers.ts';

/** How long it may take to connect to one server and to find that it accepts writes. */
const connectMs = 5_000;

/** A server that vanished without closing an idle connection is noticed after about twenty seconds. */
const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

/** SQLSTATE read_only_sql_transaction. */
const readOnlyState = '25006';

/** The server is a standby, or does not accept writes for another reason. */
class ReadOnlyServerError extends Error {
  override readonly name = 'ReadOnlyServerError';
  readonly code = readOnlyState;

  constructor() {
    super('The database server is read-only.');
  }
}

type Callback = (error: Error | null, client?: pg.Client) => void;

/**
 * Connections to the current one of these servers that are only used while it accepts writes: this is checked before
 * the first use, and a statement that is refused because the server has become read-only ends its connection.
 * Otherwise, connections to a server that was demoted, or that an address pointed to for a moment, would be kept.
 */
export function connectionsTo(servers: Servers): typeof pg.Client {
  return class extends pg.Client {
    readonly #url: string;

    constructor(config?: pg.ClientConfig) {
      const url = servers.current;
      super({ ...config, ...keepAlive, connectionString: url });
      this.#url = url;
      countPrepared(this);
      // The pool does not listen while a client is in use. Whoever uses it is told by its statement.
      this.on('error', () => {});
      wireOf(this).on('errorMessage', ({ code }: { code?: string }) => {
        if (code === readOnlyState) setImmediate(() => breakOff(this, new ReadOnlyServerError()));
      });
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: Callback): void;
    override connect(callback?: Callback): Promise<pg.Client> | undefined {
      const connected = this.#connect();
      if (!callback) return connected;
      connected.then((client) => callback(null, client), callback as (error: Error) => void);
      return undefined;
    }

    async #connect(): Promise<pg.Client> {
      const late = setTimeout(
        () => breakOff(this, new Error(`The database did not answer within ${connectMs} ms.`)),
        connectMs,
      );
      try {
        await super.connect();
        await requireWritable(this);
        return this;
      } catch (error) {
        servers.leave(this.#url);
        breakOff(this, error as Error);
        throw error;
      } finally {
        clearTimeout(late);
      }
    }
  };
}

/** Ends a connection at once, as a lost one ends, so that everybody who uses it notices. */
export function breakOff(client: pg.Client, reason: Error): void {
  wireOf(client).stream.destroy(reason);
}

/** @throws ReadOnlyServerError */
export async function requireWritable(db: pg.Client | pg.Pool): Promise<void> {
  const { rows } = await db.query<{ state: string }>(selectState);
  if (rows[0]?.state !== 'off') throw new ReadOnlyServerError();
}

/** Whether an error means that the server does not accept writes. */
export function isReadOnly(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === readOnlyState;
}

const selectState = `SELECT current_setting('transaction_read_only') AS state`;

/** The protocol's messages, and the socket that they come from. pg's types leave it out. */
function wireOf(client: pg.Client): EventEmitter & { stream: { destroy(reason: Error): void } } {
  return (client as unknown as { connection: ReturnType<typeof wireOf> }).connection;
}
