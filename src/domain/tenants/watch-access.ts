import { setMaxListeners } from 'node:events';
import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { LoggedEvent } from '../../events/contract.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';

/** Watches one credential. `signal` aborts with an AppError when it stops giving the access it gave. */
export type AccessWatch = Disposable & { signal: AbortSignal };

/** setTimeout counts no further; what is longer is waited for in stretches. */
const maxTimerMs = 2 ** 31 - 1;

const selectAccess = `
  SELECT m.role, t.id AS "tokenId" FROM membership m
  LEFT JOIN access_token t ON t."tenantId" = m."tenantId" AND t.id = $3 AND t."revokedAt" IS NULL
  WHERE m."tenantId" = $1 AND m."userId" = $2 AND m."removedAt" IS NULL`;

/**
 * Watches the log for what ends the viewer's access: the token revoked or expired, the role changed, the membership
 * ended. What the log does not tell (before the first event watched, across a restore) is asked of the tables.
 */
export function watchAccess(app: Pick<App, 'db' | 'events' | 'clock' | 'log'>, viewer: Viewer): AccessWatch {
  const ended = new AbortController();
  // Each subscription of a socket listens, as many as one socket may have, and stops listening when it ends.
  setMaxListeners(0, ended.signal);
  const end = (reason: AppError) => ended.abort(reason);
  let isDisposed = false;
  let stop = () => {};
  const forgetExpiry = watchExpiry(viewer.expiresAt, app.clock, () => end(tokenEnded('has expired')));

  const endUnlessAllowed = () => {
    reasonToEnd(app, viewer).then(
      (reason) => reason && end(reason),
      (error: unknown) => endBlindly(error),
    );
  };
  const endBlindly = (error: unknown) => {
    if (isDisposed) return;
    app.log.error({ err: error }, 'The access of a connection cannot be checked. The connection is closed.');
    end(new AppError('UNAVAILABLE', 'Your access cannot be checked. Connect again.'));
  };
  const observer = {
    onEvents: (events: readonly LoggedEvent[]) => {
      for (const event of events) {
        const reason = endOfAccess(viewer, event);
        if (reason) end(reason);
      }
    },
    onRestart: endUnlessAllowed,
  };
  app.events.observe(viewer.tenantId, observer).then((stopObserving) => {
    if (isDisposed) return stopObserving();
    stop = stopObserving;
    endUnlessAllowed();
  }, endBlindly);

  return {
    signal: ended.signal,
    [Symbol.dispose]: () => {
      isDisposed = true;
      forgetExpiry();
      stop();
    },
  };
}

/** What has ended the viewer's access by now, if anything. */
async function reasonToEnd({ db }: Pick<App, 'db'>, viewer: Viewer): Promise<AppError | null> {
  const { rows } = await db.query<{ role: string; tokenId: string | null }>({
    name: 'still-allowed',
    text: selectAccess,
    values: [viewer.tenantId, viewer.userId, viewer.tokenId],
  });
  if (rows[0]?.role !== viewer.role) return memberEnded();
  return rows[0].tokenId === viewer.tokenId ? null : tokenEnded('was revoked');
}

function endOfAccess(viewer: Viewer, { type, objectId }: LoggedEvent): AppError | null {
  if (type === 'accessToken.revoked' && objectId === viewer.tokenId) return tokenEnded('was revoked');
  if (objectId !== viewer.userId) return null;
  return type === 'membership.roleChanged' || type === 'membership.removed' ? memberEnded() : null;
}

/** @returns a function that ends the watch. */
function watchExpiry(expiresAt: Date | null, clock: Clock, onExpiry: () => void): () => void {
  if (!expiresAt) return () => {};
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const leftMs = expiresAt.getTime() - clock.now().getTime();
    if (leftMs <= 0) return onExpiry();
    timer = setTimeout(wait, Math.min(leftMs, maxTimerMs));
  };
  wait();
  return () => clearTimeout(timer);
}

function tokenEnded(how: 'was revoked' | 'has expired'): AppError {
  return new AppError('UNAUTHENTICATED', `Your token ${how}.`);
}

function memberEnded(): AppError {
  return new AppError('FORBIDDEN', 'Your role or membership was changed. Connect again.');
}
