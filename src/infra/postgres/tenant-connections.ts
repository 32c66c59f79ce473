import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { ByteCache } from '../../shared/byte-cache.ts';
import { ThreadTurns } from '../../shared/thread-turns.ts';
import { shareOf, type Turn, Turns } from '../../shared/turns.ts';
import type { Database } from './database.ts';
import { inTime } from './pool.ts';

/**
 * A read or change that got no turn and no connection by then fails with UNAVAILABLE. In that time, hundreds that came at
 * once are answered.
 */
const maxWaitMs = 20_000;
/** And so does one that waits while the database does nothing, as when it is lost. Also the wait for a costly turn. */
const stallMs = 5_000;
const noWaitMs = 10;
/** As many reads and changes of one tenant may wait in a process. */
const maxWaiting = 5_000;
/** Making Prisma's part takes a tenth of a millisecond, so it is kept for the tenants seen last. */
const maxKeptBytes = 20_000_000;
const bytesPerTenant = 20_000;

/** The database as one tenant uses it. */
export type TenantAccess = { readonly db: Database; readonly prisma: PrismaClient };

/**
 * The connections of a process that work for tenants. Tenants take them in turns, so that none can keep the others
 * waiting. A fifth of the pool is for what no tenant may delay: authentication, leases, scans, and the tails of the log.
 * Reads that no index bounds use at most half of the rest, and those of one tenant half of that.
 */
export class TenantConnections {
  readonly #pool: Pick<Database, 'connect'>;
  readonly #prisma: PrismaClient;
  readonly #turns: Turns;
  readonly #costlyTurns: Turns;
  readonly #thread: ThreadTurns;
  readonly #kept = new ByteCache<string, TenantAccess>(maxKeptBytes);

  constructor(pool: Pick<Database, 'connect'>, { prisma, poolSize }: { prisma: PrismaClient; poolSize: number }) {
    this.#pool = pool;
    this.#prisma = prisma;
    const slots = shareOf(poolSize);
    const costlySlots = Math.ceil(slots / 2);
    this.#turns = new Turns({ slots, perKey: shareOf(slots), maxWaiting, maxWaitMs, stallMs });
    const costlyShare = Math.ceil(costlySlots / 2);
    this.#costlyTurns = new Turns({ slots: costlySlots, perKey: costlyShare, maxWaiting, maxWaitMs: stallMs });
    this.#thread = new ThreadTurns({ underWay: () => this.#turns.keys });
  }

  /** The database for the reads and changes of a tenant. */
  of(tenantId: string): TenantAccess {
    const known = this.#kept.get(tenantId);
    if (known) return known;
    const access = this.#open(tenantId);
    this.#kept.set(tenantId, access, bytesPerTenant);
    return access;
  }

  /**
   * A turn for reads that no index bounds, which have a smaller share. It is taken before the connection, and held as
   * long: whoever has a connection must not wait for such a turn. @throws AppError `UNAVAILABLE`
   */
  costlyTurn(tenantId: string): Promise<Turn> {
    return this.#costlyTurns.take(tenantId);
  }

  /** Resolves when the main thread can go on with what it does for the tenant: see ThreadTurns. */
  turn(tenantId: string): Promise<void> {
    return this.#thread.turn(tenantId);
  }

  /** A connection for a transaction of the tenant; the caller releases it. @throws AppError `UNAVAILABLE` */
  async connect(tenantId: string): Promise<pg.PoolClient> {
    const { turn, leftMs } = await this.#take(tenantId);
    try {
      await this.turn(tenantId);
      const client = await this.#connectWithin(leftMs);
      const { release } = client;
      client.release = (error) => {
        release(error);
        if (!error) this.#turns.progress();
        turn[Symbol.dispose]();
      };
      return client;
    } catch (error) {
      turn[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * A turn. Whoever waited for it waits for the connection only as long as is left. Whoever did not wait has the time
   * limit of the pool.
   */
  async #take(tenantId: string): Promise<{ turn: Turn; leftMs: number | null }> {
    const startMs = performance.now();
    const turn = await this.#turns.take(tenantId);
    const hasWaited = performance.now() - startMs >= noWaitMs;
    return { turn, leftMs: hasWaited ? this.#turns.patience(startMs) : null };
  }

  #connectWithin(ms: number | null): Promise<pg.PoolClient> {
    const connecting = this.#pool.connect();
    return ms === null ? connecting : inTime(connecting, ms);
  }

  async #query<R extends pg.QueryResultRow>(
    tenantId: string,
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>> {
    const client = await this.connect(tenantId);
    let isBroken = true;
    try {
      const result = await client.query<R>(statement, values);
      isBroken = false;
      return result;
    } finally {
      client.release(isBroken);
    }
  }

  /** Prisma takes its connection itself. After a wait for the turn, it asks when a connection was free. */
  async #queryByPrisma<T>(tenantId: string, query: () => Promise<T>): Promise<T> {
    const { turn, leftMs } = await this.#take(tenantId);
    using _ = turn;
    if (leftMs !== null) (await this.#connectWithin(leftMs)).release();
    await this.turn(tenantId);
    const result = await query();
    this.#turns.progress();
    return result;
  }

  #open(tenantId: string): TenantAccess {
    const inTurn = async <T>(query: Promise<T>): Promise<T> => {
      const result = await query;
      await this.turn(tenantId);
      return result;
    };
    return {
      db: {
        query: (statement, values) => inTurn(this.#query(tenantId, statement, values)),
        connect: () => this.connect(tenantId),
      },
      prisma: this.#prisma.$extends({
        query: { $allOperations: ({ args, query }) => inTurn(this.#queryByPrisma(tenantId, () => query(args))) },
      }) as unknown as PrismaClient,
    };
  }
}
