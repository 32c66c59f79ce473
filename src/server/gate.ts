import { createHash } from 'node:crypto';
import type { App } from '../app.ts';
import { authenticate, type Credentials } from '../auth/authenticate.ts';
import type { Viewer } from '../auth/viewer.ts';
import { memberProvision } from '../domain/tenants/provision-member.ts';
import { AppError } from '../shared/errors.ts';
import type { RateLimits } from './rate-limits.ts';

/** Lets callers in. */
export type Gate = {
  /** @throws AppError `UNAUTHENTICATED`, or `RATE_LIMITED` after too many failures from the address. */
  enter(credentials: Credentials, address: string): Promise<Viewer>;
};

/** Detects the end of a viewer's access: its signal then aborts with an AppError. */
export type WatchAccess = (app: App, viewer: Viewer) => Disposable & { signal: AbortSignal };

const rememberedCredentials = 10_000;

/**
 * Authenticates callers. An address with too many failures is refused before the database is queried. Credentials that
 * were valid recently still pass from such an address, because all clients behind one proxy share it.
 */
export function createGate(app: App, limits: RateLimits): Gate {
  const provision = memberProvision(app, app.config.jwt?.provisionRole ?? null);
  const good = new Set<string>();

  async function enter(credentials: Credentials, address: string): Promise<Viewer> {
    const fingerprint = createHash('sha256')
      .update(credentials.authorization ?? '')
      .digest('base64');
    if (!good.has(fingerprint)) await limits.refuseAfterFailures(address);
    try {
      const viewer = await authenticate(app, credentials, provision);
      remember(good, fingerprint);
      return viewer;
    } catch (error) {
      good.delete(fingerprint);
      const isGuess = error instanceof AppError && error.code === 'UNAUTHENTICATED' && credentials.authorization;
      if (isGuess) await limits.countFailure(address);
      throw error;
    }
  }
  return { enter };
}

/** Keeps the latest entries: a Set is ordered by insertion. */
function remember(known: Set<string>, entry: string): void {
  known.delete(entry);
  known.add(entry);
  if (known.size > rememberedCredentials) for (const oldest of known) return void known.delete(oldest);
}
