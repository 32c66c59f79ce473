import { hash } from 'node:crypto';
import type { App } from '../app.ts';
import { authenticate, type Credentials } from '../auth/authenticate.ts';
import { RememberedViewers } from '../auth/remembered-viewers.ts';
import type { Viewer } from '../auth/viewer.ts';
import { enterCalendar } from '../domain/calendar/feed.ts';
import { memberProvision } from '../domain/tenants/provision-member.ts';
import { ByteCache } from '../shared/byte-cache.ts';
import { AppError } from '../shared/errors.ts';
import { Turns } from '../shared/turns.ts';
import { networkOf } from './client-address.ts';
import { createGuessLimit } from './rates/guess-limit.ts';

/** Lets callers in. All throw AppError `UNAUTHENTICATED`, or `RATE_LIMITED` after too many failures of the address. */
export type Gate = {
  /** For what lasts: a socket, a stream, a file. The database is asked each time. */
  enter(credentials: Credentials, address: string): Promise<Viewer>;
  /** For one query or mutation: the viewer may be remembered from another request, for up to a second. */
  enterRequest(credentials: Credentials, address: string): Promise<Viewer>;
  /** By the secret in the URL of a calendar feed. */
  enterCalendar(secret: string, address: string): Promise<Viewer>;
};

/** Detects the end of a viewer's access: its signal then aborts with an AppError. */
export type WatchAccess = (app: App, viewer: Viewer) => Disposable & { signal: AbortSignal };

/** The fingerprints of 10,000 credentials. */
const knownBytes = 1_000_000;
const bytesPerCredential = 100;

/**
 * Authenticates callers. Credentials are always checked first, so that valid ones are never refused because of others,
 * such as those behind the same proxy. What is limited is what guesses cost: credentials that were not valid recently
 * are checked a few at a time, in turns by network, so that they leave most of the database connections to others.
 */
export function createGate(app: App): Gate {
  const provision = memberProvision(app, app.config.jwt?.provisionRole ?? null);
  const known = new ByteCache<string, true>(knownBytes);
  const guessLimit = createGuessLimit();
  const slots = Math.max(1, Math.floor(app.config.poolSize / 4));
  const turns = new Turns({ slots, perKey: slots });
  const viewers = new RememberedViewers(app.clock);
  app.hints.listen((hint) => {
    if (hint.topic === 'access') viewers.remove(hint.ids);
    return false;
  });

  async function check(guess: { secret: string; address: string }, find: () => Promise<Viewer>): Promise<Viewer> {
    const fingerprint = fingerprintOf(guess.secret);
    const network = networkOf(guess.address);
    try {
      const viewer = known.get(fingerprint) ? await find() : await inTurn(network, find);
      known.set(fingerprint, true, bytesPerCredential);
      return viewer;
    } catch (error) {
      known.delete(fingerprint);
      if (isRefused(error)) guessLimit.count(network);
      throw error;
    }
  }

  async function inTurn<T>(network: string, work: () => Promise<T>): Promise<T> {
    using _turn = await turns.take(network);
    return await work();
  }

  function enter(credentials: Credentials, address: string): Promise<Viewer> {
    const find = () => authenticate(app, credentials, provision);
    const secret = credentials.authorization;
    return secret ? check({ secret, address }, find) : find();
  }

  return {
    enter,
    enterRequest: (credentials, address) =>
      viewers.get(fingerprintOf(JSON.stringify(credentials)), () => enter(credentials, address)),
    enterCalendar: (secret, address) => check({ secret, address }, () => calendarViewer(app, secret)),
  };
}

/** What is kept of credentials: of a fixed length, and of no use to whoever reads it. */
function fingerprintOf(secret: string): string {
  return hash('sha256', secret, 'base64');
}

async function calendarViewer(app: App, secret: string): Promise<Viewer> {
  const viewer = await enterCalendar(app, secret);
  if (!viewer) throw new AppError('UNAUTHENTICATED', 'The calendar feed was not found.');
  return viewer;
}

function isRefused(error: unknown): boolean {
  return error instanceof AppError && error.code === 'UNAUTHENTICATED';
}
