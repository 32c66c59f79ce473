import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Turns } from '../../shared/turns.ts';

type LookUp = (
  host: string,
  asked: { options: LookupOptions; tenantId: string; signal: AbortSignal },
) => Promise<LookupAddress[]>;
type Resolve = (host: string, options: LookupOptions & { all: true }) => Promise<LookupAddress[]>;

/**
 * Names are resolved as the operating system does it, with its hosts and search domains. This occupies one of the four
 * threads that files and compression use too, for as long as the name servers take. Tenants have two of them, and each
 * tenant has one: slow name servers of one tenant delay nobody else. A lookup that nobody waits for any more still has
 * its thread, and keeps its turn.
 */
export function lookUpInTurns(resolve: Resolve = lookup): LookUp {
  const turns = new Turns({ slots: 2, perKey: 1 });
  return async (host, { options, tenantId, signal }) => {
    using _ = await turns.take(tenantId, signal);
    return await resolve(host, { ...options, all: true });
  };
}

/** The lookups of this process, which has one set of threads. */
export const lookUp: LookUp = lookUpInTurns();
