import { noTenant } from './next-executions.ts';

/** As many tenants at most are known to come first, and as many are looked at for one claim. */
const maxFresh = 1_000;
const maxNext = 100;

/** Tenants that come first, in this order. Then come the tenants after `after`. */
type Turns = { fresh: readonly string[]; after: string };

/**
 * Whose turn it is. Tenants take turns in the order of their ids, so that nobody needs to know who waits. A tenant of which
 * an execution has just become ready comes first, but once in each round: who was idle starts at once, and nobody gets
 * more by submitting in small portions. (RFC 8290 does this with packets.)
 */
export class ClaimTurns {
  #after = noTenant;
  readonly #fresh = new Set<string>();
  /** Who came first in this round. */
  readonly #served = new Set<string>();

  /** An execution of the tenant has become ready. */
  arrived(tenantId: string): void {
    if (!this.#served.has(tenantId) && this.#fresh.size < maxFresh) this.#fresh.add(tenantId);
  }

  get next(): Turns {
    return { fresh: [...this.#fresh].slice(0, maxNext), after: this.#after };
  }

  /** Executions of these tenants were taken in these turns, in this order; `isAll` when no more are ready. */
  taken({ fresh, after }: Turns, { tenantIds, isAll }: { tenantIds: readonly string[]; isAll: boolean }): void {
    const taken = new Set(tenantIds);
    for (const id of fresh) {
      if (taken.has(id)) this.#served.add(id);
      if (taken.has(id) || isAll) this.#fresh.delete(id);
    }
    const last = [...taken].findLast((id) => !fresh.includes(id));
    if (isAll || (last && last <= after)) this.#served.clear();
    this.#after = last ?? after;
  }
}
