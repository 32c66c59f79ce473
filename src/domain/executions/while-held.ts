import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '../../infra/postgres/failures.ts';
import type { Held } from './lease.ts';

const retryMs = 250;

/**
 * Does a holder's work in the database. While the database cannot be reached it is tried again for as long as the lease
 * may be ours. @returns null when the lease was lost meanwhile.
 */
export async function whileHeld<T>({ app, lease, claim }: Held, work: () => Promise<T>): Promise<T | null> {
  while (!lease.isLost) {
    try {
      return await work();
    } catch (err) {
      if (!isDatabaseUnavailable(err)) throw err;
      app.log.warn(
        { err, execution: claim.id },
        'The database could not be reached for a step. The worker tries again.',
      );
      await delay(retryMs);
    }
  }
  return null;
}
