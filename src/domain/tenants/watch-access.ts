import { setMaxListeners } from 'node:events';
import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { LoggedEvent } from '../../events/contract.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';

/** Watches one credential. `signal` aborts with an AppError when its access ends. */
export type AccessWatch = Disposable & { signal: AbortSignal };

/** The maximum of setTimeout; longer times are split. */
const maxTimerMs = 2 ** 31 - 1;

const selectAccess = `
  SELECT m.role, t.id AS "tokenId" FROM membership m
  LEFT JOIN access_token t ON t."tenantId" = m."tenantId" AND t.id = $3 AND t."revokedAt" IS NULL
  WHERE m."tenantId" = $1 AND m."userId" = $2 AND m."removedAt" IS NULL`;

/**
 * Watches the log for the end of the viewer's access: the token was revoked or has expired, the role was changed, or
 * the membership ended. Changes that are not in the watched part of the log (before its first event, or across a
 * restore) are read from the tables.
 */
export function watchAccess(app: Pick<App, 'db' | 'events' | 'clock' | 'log'>, viewer: Viewer): AccessWatch {
  const ended = new AbortController();
  // Each subscription of a socket adds a listener and removes it at its end.
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

/** The reason why the viewer's access has ended, if it has. */
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
