import type pg from 'pg';
import type { TenantConnections } from '../infra/postgres/tenant-connections.ts';
import type { Hint, HintBus } from './hints.ts';
import { readLogHead, readLogPage, readTenantsWithNews } from './log.ts';
import { Tail } from './tail.ts';

/** Covers lost hints. */
const pollMs = 1_000;
/** Tenants without events are also read this often, so that the cursors of their subscribers stay recent. */
const refreshMs = 30_000;

/** What the events of all tails may take, and those of one. */
const maxBytes = 64_000_000;
const maxBytesOfOne = 8_000_000;

type TailsOptions = {
  db: pg.Pool;
  tenants: Pick<TenantConnections, 'turn'>;
  hints: HintBus;
  onError: (error: unknown) => void;
};
type SharedTail = { tail: Promise<Tail>; users: number };

/**
 * The tails of the tenants with subscribers in this process. They are extended when a hint or a poll reports new
 * events.
 */
export class Tails implements AsyncDisposable {
  readonly #db: pg.Pool;
  readonly #tenants: Pick<TenantConnections, 'turn'>;
  readonly #onError: (error: unknown) => void;
  readonly #shared = new Map<string, SharedTail>();
  readonly #stopListening: () => void;
  readonly #timers: NodeJS.Timeout[];
  readonly #background = new Set<Promise<void>>();
  #polledSeq: bigint | null = null;
  #isPolling = false;

  constructor(options: TailsOptions) {
    this.#db = options.db;
    this.#tenants = options.tenants;
    this.#onError = options.onError;
    this.#stopListening = options.hints.listen((hint) => this.#onHint(hint));
    this.#timers = [
      setInterval(() => this.#run(this.#poll()), pollMs),
      setInterval(() => this.#run(this.#extend([...this.#shared.keys()])), refreshMs),
    ];
  }

  /** The tail of the tenant. It is kept until `release` was called as often as this function. */
  async acquire(tenantId: string): Promise<Tail> {
    const shared = this.#shared.get(tenantId) ?? this.#open(tenantId);
    shared.users += 1;
    try {
      return await shared.tail;
    } catch (error) {
      this.release(tenantId);
      throw error;
    }
  }

  release(tenantId: string): void {
    const shared = this.#shared.get(tenantId);
    if (!shared) return;
    shared.users -= 1;
    if (shared.users === 0) this.#shared.delete(tenantId);
    if (this.#shared.size === 0) this.#polledSeq = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stopListening();
    await Promise.all(this.#background);
  }

  #open(tenantId: string): SharedTail {
    const source = {
      read: (after: bigint, limit: number) => readLogPage(this.#db, { tenantId, after, limit }),
      maxBytes: () => Math.min(maxBytesOfOne, maxBytes / this.#shared.size),
      turn: () => this.#tenants.turn(tenantId),
    };
    const open = async () => {
      const head = await readLogHead(this.#db);
      this.#polledSeq ??= head.lastSeq;
      return new Tail(source, head);
    };
    const shared = { tail: open(), users: 0 };
    this.#shared.set(tenantId, shared);
    return shared;
  }

  #onHint(hint: Hint): boolean {
    if (hint.topic !== 'numbered') return false;
    this.#run(this.#extend(hint.tenantIds === 'all' ? [...this.#shared.keys()] : hint.tenantIds));
    return false;
  }

  /** One statement per second for any number of tenants: which of them have new events? */
  async #poll(): Promise<void> {
    const since = this.#polledSeq;
    if (this.#isPolling || since === null) return;
    this.#isPolling = true;
    try {
      const news = await readTenantsWithNews(this.#db, since);
      await this.#extend(news.map((row) => row.tenantId));
      this.#polledSeq = news.reduce((last, row) => (row.lastSeq > last ? row.lastSeq : last), since);
    } finally {
      this.#isPolling = false;
    }
  }

  async #extend(tenantIds: readonly string[]): Promise<void> {
    await Promise.all(tenantIds.map(async (tenantId) => (await this.#shared.get(tenantId)?.tail)?.extend()));
  }

  #run(work: Promise<void>): void {
    const settled = work.catch(this.#onError).finally(() => this.#background.delete(settled));
    this.#background.add(settled);
  }
}
