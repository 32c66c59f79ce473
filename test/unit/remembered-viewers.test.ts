import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RememberedViewers } from '../../src/auth/remembered-viewers.ts';
import type { Viewer } from '../../src/auth/viewer.ts';

const now = new Date('2026-05-01T10:00:00Z');
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const bob: Viewer = {
  tenantId: 'tenant',
  userId: 'bob',
  role: 'MEMBER',
  scopes: null,
  timeZone: 'UTC',
  tokenId: 'token of bob',
  invitationId: null,
  expiresAt: null,
};

/** The viewers of a process whose database knows these, and how often it was asked. */
function viewersOf(database: Record<string, Viewer>) {
  const viewers = new RememberedViewers({ now: () => now });
  const find = vi.fn(async (key: string) => database[key] ?? Promise.reject(new Error('unknown')));
  return { viewers, find, get: (key: string) => viewers.get(key, () => find(key)) };
}

test('a viewer is read once in a second', async () => {
  const { get, find } = viewersOf({ bob });
  expect(await get('bob')).toBe(bob);
  vi.advanceTimersByTime(999);
  expect(await get('bob')).toBe(bob);
  expect(find).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  await get('bob');
  expect(find).toHaveBeenCalledTimes(2);
});

test('the second begins before the database is asked', async () => {
  const { get, find } = viewersOf({ bob });
  find.mockImplementationOnce(async () => {
    vi.advanceTimersByTime(1_000);
    return bob;
  });
  await get('bob');
  await get('bob');
  expect(find).toHaveBeenCalledTimes(2);
});

test('a credential that has expired is read again', async () => {
  const { get, find } = viewersOf({ bob: { ...bob, expiresAt: now } });
  await get('bob');
  await get('bob');
  expect(find).toHaveBeenCalledTimes(2);
});

test('a failure is not remembered', async () => {
  const database: Record<string, Viewer> = {};
  const { get } = viewersOf(database);
  await expect(get('bob')).rejects.toThrow('unknown');
  database.bob = bob;
  expect(await get('bob')).toBe(bob);
});

test.each([['bob'], ['token of bob'], ['all' as const]])(
  'what happens to %s removes only whom it concerns',
  async (id) => {
    const ann = { ...bob, userId: 'ann', tokenId: null };
    const { viewers, get, find } = viewersOf({ bob, ann });
    await Promise.all([get('bob'), get('ann')]);
    viewers.remove(id === 'all' ? 'all' : [id, 'somebody else']);
    await Promise.all([get('bob'), get('ann')]);
    expect(find.mock.calls.slice(2).flat()).toEqual(id === 'all' ? ['bob', 'ann'] : ['bob']);
  },
);

test('a viewer who was being read when access changed is not remembered', async () => {
  const { viewers, get, find } = viewersOf({ bob });
  find.mockImplementationOnce(async () => {
    viewers.remove(['bob']);
    return bob;
  });
  await get('bob');
  await get('bob');
  expect(find).toHaveBeenCalledTimes(2);
});

test('10,000 viewers are remembered, the latest ones', async () => {
  const { get, find } = viewersOf(Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`viewer ${n}`, bob])));
  for (let n = 0; n <= 10_000; n += 1) await get(`viewer ${n}`);
  await get('viewer 10000');
  await get('viewer 1');
  expect(find).toHaveBeenCalledTimes(10_001);
  await get('viewer 0');
  expect(find).toHaveBeenCalledTimes(10_002);
});
