/** Executions with a priority up to this one are urgent. The priorities after it are ordinary. */
export const lastUrgent = 3;

/**
 * How many executions run in one process at once, and how many of these can have an ordinary priority or belong to one
 * tenant. So, whatever hangs, there is a slot for other tenants and for urgent executions.
 */
export const limits = { all: 20, ordinary: 16, ofTenant: 16, ordinaryOfTenant: 12 } as const;

/** What holds slots: all executions, and those of ordinary priorities. */
type Count = { all: number; ordinary: number };

/** The slots of one process. */
export class ExecutionSlots {
  readonly #held = new Map<string, Count>();
  readonly #count: Count = { all: 0, ordinary: 0 };

  /** How many further executions can be taken. */
  get room(): Count {
    const all = limits.all - this.#count.all;
    return { all, ordinary: Math.min(all, limits.ordinary - this.#count.ordinary) };
  }

  get holders(): ({ tenantId: string } & Count)[] {
    return [...this.#held].map(([tenantId, count]) => ({ tenantId, ...count }));
  }

  /** Whether so many of any priority can be taken, of these tenants among others. */
  hasRoomFor(count: number, tenantIds: readonly string[]): boolean {
    return (
      count <= this.room.ordinary && !this.holders.some((held) => isFull(held) && tenantIds.includes(held.tenantId))
    );
  }

  /** Whether a limit keeps executions waiting that could be taken otherwise. */
  get isLimiting(): boolean {
    return this.room.ordinary === 0 || this.holders.some(isFull);
  }

  /** Takes a slot until it is disposed of. */
  take({ tenantId, priority }: { tenantId: string; priority: number }): Disposable {
    const count = this.#held.get(tenantId) ?? { all: 0, ordinary: 0 };
    this.#held.set(tenantId, count);
    const add = (by: 1 | -1) => {
      for (const each of [count, this.#count]) {
        each.all += by;
        if (priority > lastUrgent) each.ordinary += by;
      }
      if (count.all === 0) this.#held.delete(tenantId);
    };
    add(1);
    return { [Symbol.dispose]: () => add(-1) };
  }
}

/** Whether a tenant cannot have a further slot for some of its executions. */
export function isFull({ all, ordinary }: Count): boolean {
  return all >= limits.ofTenant || ordinary >= limits.ordinaryOfTenant;
}
