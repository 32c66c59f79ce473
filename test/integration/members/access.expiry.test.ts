import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { App } from '../../../src/app.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { newId } from '../../../src/shared/ids.ts';

const dayMs = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Only time passes here: the log is quiet, and the database says that nothing has changed. */
function watchUntil(expiresAt: Date | null) {
  const viewer = { tenantId: newId(), userId: newId(), role: 'MEMBER', timeZone: 'UTC', scopes: null } as const;
  const app = {
    clock: systemClock,
    events: { observe: async () => () => {} },
    db: { query: async () => ({ rows: [{ role: viewer.role, tokenId: null }] }) },
  } as unknown as App;
  return watchAccess(app, { ...viewer, tokenId: null, invitationId: null, expiresAt });
}

test('a token of sixty days ends after sixty days, which is longer than a timer can count', async () => {
  using watch = watchUntil(new Date(Date.now() + 60 * dayMs));
  await vi.advanceTimersByTimeAsync(60 * dayMs - 1);
  expect(watch.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(watch.signal.reason).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a credential that has expired by now ends at once', () => {
  using watch = watchUntil(new Date(Date.now() - 1));
  expect(watch.signal.aborted).toBe(true);
});

test('a credential without an end, and a watch that is over, leave no timer behind', () => {
  using endless = watchUntil(null);
  watchUntil(new Date(Date.now() + dayMs))[Symbol.dispose]();
  expect(endless.signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
