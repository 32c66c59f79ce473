import pg from 'pg';
import { reconnectMs } from '../../shared/reconnect.ts';
import { connectionsTo } from './connection.ts';
import { hasTooManyPrepared } from './prepared-statements.ts';
import { Servers } from './servers.ts';

/** How long a request waits for a connection before it fails. */
const waitMs = 5_000;
/** Connections that are kept while they are idle: the server may have none to give later. */
const keptIdle = 2;

type Callback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (broken?: Error | boolean) => void,
) => void;

/**
 * A pool whose requests survive a database that is away for a moment. While no connection can be opened, one attempt
 * after another is made on behalf of all requests, with growing waits. Each request takes the first connection that is
 * free, or fails by its own time limit.
 */
export class PatientPool extends pg.Pool {
  readonly #servers: Servers;
  readonly #waiting = new Set<() => void>();
  /** Why no connection could be opened last; null when the last attempt succeeded. */
  #trouble: Error | null = null;
  #failures = 0;
  #retryAtMs = 0;
  #isTrying = false;

  constructor(url: string, config: pg.PoolConfig) {
    const servers = new Servers(url);
    const patience = { connectionTimeoutMillis: waitMs, min: keptIdle };
    super({ ...patience, ...config, Client: connectionsTo(servers) });
    this.#servers = servers;
    // A broken idle connection has already left the pool, and the next query opens another. Without a listener, Node
    // would end the process.
    this.on('error', () => {});
    // The connection is idle only after this event.
    this.on('release', () => setImmediate(() => this.#wake(1)));
  }

  /** Why no connection can be opened at present. */
  get trouble(): Error | null {
    return this.#trouble;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
    const connected = this.#connect();
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, () => {}),
    );
    return undefined;
  }

  async #connect(): Promise<pg.PoolClient> {
    for (const giveUpMs = performance.now() + waitMs; ; ) {
      await this.#turn(giveUpMs);
      const isTrial = this.#trouble !== null && this.idleCount === 0;
      if (isTrial) this.#isTrying = true;
      try {
        const client = await inTime(super.connect(), giveUpMs - performance.now());
        this.#trouble = null;
        return replacedWhenFull(client);
      } catch (error) {
        if (this.ending || isBusy(error)) throw this.#trouble ?? error;
        this.#postpone(error as Error);
        if (isRefused(error)) throw error;
      } finally {
        if (isTrial) this.#isTrying = false;
        if (this.#trouble === null) this.#wake();
      }
    }
  }

  /** Waits until a connection is free, or may be opened. @throws what the trouble is when the time is over. */
  async #turn(giveUpMs: number): Promise<void> {
    while (this.#trouble && this.idleCount === 0 && !this.ending) {
      const now = performance.now();
      if (now >= giveUpMs) throw this.#trouble;
      if (now >= this.#retryAtMs && !this.#isTrying) return;
      const untilMs = this.#isTrying ? giveUpMs : Math.min(this.#retryAtMs, giveUpMs);
      await this.#sleep(untilMs - now);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }

  /** Wakes so many of the requests that wait, the oldest first. */
  #wake(count = this.#waiting.size): void {
    for (const wake of [...this.#waiting].slice(0, count)) wake();
  }

  /** Requests that fail together count as one failure. The next of several servers is tried at once. */
  #postpone(trouble: Error): void {
    const now = performance.now();
    if (this.#trouble === null) this.#failures = 0;
    else if (now < this.#retryAtMs) return;
    this.#trouble = trouble;
    this.#failures += 1;
    const rounds = this.#failures / this.#servers.count;
    this.#retryAtMs = now + (Number.isInteger(rounds) ? reconnectMs(rounds) : 0);
  }
}

/** Its release closes the connection if too many statements are prepared on it; the pool opens another when needed. */
function replacedWhenFull(client: pg.PoolClient): pg.PoolClient {
  const { release } = client;
  client.release = (error) => release(error || hasTooManyPrepared(client));
  return client;
}

/** All connections are in use. This is no trouble with the server. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message === busy;
}

const busy = 'timeout exceeded when trying to connect';

/** Wrong password, or an unknown user or database: waiting does not help. */
function isRefused(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(28|3D)/.test(code);
}

/** A connection that comes in time. One that comes late is given back to the pool. @throws Error after `ms`. */
export async function inTime(connecting: Promise<pg.PoolClient>, ms: number): Promise<pg.PoolClient> {
  let isLate = false;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      isLate = true;
      reject(new Error(busy));
    }, ms);
    connecting
      .then((client) => (isLate ? client.release() : resolve(client)), reject)
      .finally(() => clearTimeout(timer));
  });
}
