import type { App } from '../../app.ts';
import type { Reminder } from '../../generated/prisma/client.ts';

/** After so long without a renewal another worker takes the reminder up: a dead worker costs this much. */
export const leaseMs = 12_000;
const renewEveryMs = 3_000;
/** Without a renewal for so long the holder stops by itself, before another one starts. */
const giveUpAfterMs = 9_000;

const renew = `UPDATE reminder SET "leaseExpiresAt" = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
  WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND status = 'SENDING'`;

/**
 * Works while the lease of a reminder is renewed. `work` gets a signal that aborts when the lease is lost or could not
 * be renewed in time, or `signal` aborts.
 */
export async function holdLease<T>(
  { db }: Pick<App, 'db'>,
  { tenantId, id, version }: Reminder,
  { signal, work }: { signal: AbortSignal; work: (signal: AbortSignal) => Promise<T> },
): Promise<T> {
  const lost = new AbortController();
  const lose = () => lost.abort(new Error('The lease of the reminder was lost.'));
  let renewedMs = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - renewedMs > giveUpAfterMs) lose();
    db.query({ name: 'renew-reminder', text: renew, values: [tenantId, id, version] }).then(
      ({ rowCount }) => {
        if (rowCount === 0) lose();
        else renewedMs = performance.now();
      },
      // The database may be back before the lease is too old.
      () => {},
    );
  }, renewEveryMs);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(timer);
  }
}
