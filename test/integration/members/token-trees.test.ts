import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import { authenticate } from '../../../src/auth/authenticate.ts';
import type { Viewer } from '../../../src/auth/viewer.ts';
import { enterCalendar } from '../../../src/domain/calendar/feed.ts';
import { replaceOwnerToken } from '../../../src/domain/tenants/bootstrap.ts';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { createPerson, createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

/* What was created with a token ends with it. */

const most = 50;

let test_: TestApp;
let other: App;
let tenant: Tenant;
let bob: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  other = createApp(test_.app.config);
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});
beforeEach(async () => {
  tenant = await test_.tenant();
  bob = await tenant.person('bob', 'VIEWER');
});

type Token = { id: string; expiresAt: string | null; text: string };

const create = `mutation ($expiresAt: DateTime) {
  createToken(input: { name: "t", expiresAt: $expiresAt }) { token accessToken { id expiresAt } }
}`;

/** A token that is created by somebody, or with another token of theirs. */
async function createToken(by: Person, expiresAt?: Date): Promise<Token> {
  type Created = { createToken: { token: string; accessToken: Omit<Token, 'text'> } };
  const { createToken: made } = await by.run<Created, object>(create, { expiresAt: expiresAt?.toISOString() });
  return { ...made.accessToken, text: made.token };
}

const viewerOf = ({ text }: Token): Promise<Viewer> =>
  authenticate(test_.app, { authorization: `Bearer ${text}`, tenant: undefined });
const holderOf = async (token: Token) => createPerson(test_.app, await viewerOf(token));
const isLive = (token: Token) =>
  viewerOf(token).then(
    () => true,
    () => false,
  );
const revoke = ({ id }: Token) => bob.run('mutation ($id: ID!) { revokeToken(id: $id) { changeId } }', { id });
const inMs = (ms: number) => new Date(test_.clock.now().getTime() + ms);

async function countLive({ viewer }: Person): Promise<number> {
  const { rows } = await test_.app.db.query(
    `SELECT FROM access_token WHERE "tenantId" = $1 AND "userId" = $2 AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > $3)`,
    [viewer.tenantId, viewer.userId, test_.clock.now()],
  );
  return rows.length;
}

describe('expiry', () => {
  test('is that of the token it is created with, unless it is earlier', async () => {
    const short = await createToken(bob, inMs(4_000));
    const holder = await holderOf(short);
    expect((await createToken(holder)).expiresAt).toBe(short.expiresAt);
    const earlier = inMs(2_000);
    expect((await createToken(holder, earlier)).expiresAt).toBe(earlier.toISOString());
    const same = new Date(short.expiresAt ?? 0);
    expect((await createToken(holder, same)).expiresAt).toBe(short.expiresAt);
  });

  test('cannot be later, not even for the child of a child', async () => {
    const holder = await holderOf(await createToken(bob, inMs(4_000)));
    const child = await holderOf(await createToken(holder));
    for (const by of [holder, child]) {
      expect(await by.refused(create, { expiresAt: inMs(5_000).toISOString() })).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: ['input', 'expiresAt'], message: expect.stringContaining('no later than the token') }],
      });
    }
  });

  test('is free for a token that is created with a JWT, whose own end is that of a sign-in', async () => {
    const signedIn = createPerson(test_.app, { ...bob.viewer, tokenId: null, expiresAt: inMs(60_000) });
    expect((await createToken(signedIn)).expiresAt).toBeNull();
  });
});

describe('revoking', () => {
  test('takes everything that was created with the token, and nothing else', async () => {
    const [root, sibling] = [await createToken(bob), await createToken(bob)];
    const child = await createToken(await holderOf(root));
    const [grandchild, second] = [await createToken(await holderOf(child)), await createToken(await holderOf(root))];
    await revoke(child);
    expect(await Promise.all([child, grandchild].map(isLive))).toEqual([false, false]);
    expect(await Promise.all([root, second, sibling].map(isLive))).toEqual([true, true, true]);
    await revoke(root);
    expect(await Promise.all([root, second, sibling].map(isLive))).toEqual([false, false, true]);
  });

  test.each(['this', 'another'])('ends the live connections of the whole tree in %s process', async (process) => {
    const app = process === 'this' ? test_.app : other;
    const root = await createToken(bob);
    const child = await createToken(await holderOf(root));
    const grandchild = await createToken(await holderOf(child));
    using watch = watchAccess(app, await viewerOf(grandchild));
    await revoke(root);
    await until(() => watch.signal.aborted);
    expect(watch.signal.reason).toMatchObject({ code: 'UNAUTHENTICATED', message: 'Your token was revoked.' });
  });

  test('records an event for each token', async () => {
    const root = await createToken(bob);
    const child = await createToken(await holderOf(root));
    await revoke(root);
    const { rows } = await test_.app.db.query(
      `SELECT "objectId" AS id, before->'revokedAt' AS before, after->'parentId' AS parent FROM event
       WHERE "tenantId" = $1 AND type = 'accessToken.revoked'`,
      [tenant.id],
    );
    const [rootId, childId] = [await idOf(root), await idOf(child)];
    expect(rows).toHaveLength(2);
    expect(rows).toContainEqual({ id: rootId, before: null, parent: null });
    expect(rows).toContainEqual({ id: childId, before: null, parent: rootId });
  });

  test('leaves no token that was being created with it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const root = await createToken(bob);
      const holders = [await holderOf(root), await holderOf(await createToken(await holderOf(root)))];
      const attempts = holders.flatMap((holder) => Array.from({ length: 5 }, () => holder.answer(create)));
      await Promise.all([...attempts, revoke(root)]);
      expect(await countLive(bob)).toBe(0);
    }
  });

  test('is noticed by who was authenticated before', async () => {
    const root = await createToken(bob);
    const holder = await holderOf(root);
    await revoke(root);
    expect(await holder.refused(create)).toMatchObject({ code: 'UNAUTHENTICATED', message: 'Your token was revoked.' });
  });

  test('a replaced owner token takes what was created with it', async () => {
    const owner = tenant.alice.viewer;
    const text = await replaceOwnerToken(test_.app, owner);
    const child = await createToken(await holderOf({ text, id: '', expiresAt: null }));
    await replaceOwnerToken(test_.app, owner);
    expect(await isLive(child)).toBe(false);
  });

  test('a member who is removed while creating tokens, and returns, has none', async () => {
    const holder = await holderOf(await createToken(bob));
    const userId = encodeGlobalId('User', bob.viewer.userId);
    const attempts = Array.from({ length: 10 }, () => holder.answer(create));
    const remove = tenant.alice.run(`mutation { removeMember(userId: "${userId}") { changeId } }`);
    await Promise.all([...attempts, remove]);
    expect(await countLive(bob)).toBe(0);
    expect(await bob.refused(create)).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a calendar feed', () => {
  const secretOf = async (by: Person) => {
    const { createCalendarFeed } = await by.run<{ createCalendarFeed: { url: string } }, never>(
      'mutation { createCalendarFeed { url } }',
    );
    return (
      createCalendarFeed.url
        .split('/')
        .at(-1)
        ?.replace(/\.ics$/, '') ?? ''
    );
  };
  const feedOf = async () => (await bob.answer('{ calendarFeed { createdAt } }')).data?.calendarFeed;

  test('ends with the token that it was created with', async () => {
    const root = await createToken(bob);
    const secret = await secretOf(await holderOf(await createToken(await holderOf(root))));
    expect(await enterCalendar(test_.app, secret)).toMatchObject({ userId: bob.viewer.userId });
    expect(await feedOf()).not.toBeNull();
    await revoke(root);
    expect(await enterCalendar(test_.app, secret)).toBeNull();
    expect(await feedOf()).toBeNull();
  });

  test('stays when it was created after signing in with a JWT', async () => {
    const secret = await secretOf(bob);
    await revoke(await createToken(bob));
    expect(await enterCalendar(test_.app, secret)).not.toBeNull();
  });
});

describe('the number of tokens', () => {
  test('is limited, also for many at once', async () => {
    const answers = await Promise.all(Array.from({ length: most + 10 }, () => bob.answer(create)));
    const errors = answers.flatMap((answer) => answer.errors ?? []);
    expect(errors).toHaveLength(10);
    expect(errors[0]?.originalError).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`at most ${most} access tokens`),
    });
    expect(await countLive(bob)).toBe(most);
  });

  test('leaves out those that have ended, and those of others and in other tenants', async () => {
    const holder = await holderOf(await createToken(bob));
    for (let n = 1; n < most; n += 1) await createToken(n % 2 ? bob : holder, inMs(60_000));
    expect(await bob.refused(create)).toMatchObject({ code: 'CONFLICT' });
    await createToken(tenant.alice);
    const { rows } = await test_.app.db.query(
      'SELECT id FROM access_token WHERE "userId" = $1 ORDER BY id DESC LIMIT 1',
      [bob.viewer.userId],
    );
    await revoke({ id: encodeGlobalId('AccessToken', rows[0]?.id), expiresAt: null, text: '' });
    await createToken(bob);
    expect(await bob.refused(create)).toMatchObject({ code: 'CONFLICT' });
    test_.clock.advance(61_000);
    await createToken(bob);
  });
});

test('the list has the tokens that give access, however many have ended since', async () => {
  const [old, ended] = [await createToken(bob), await createToken(bob)];
  await revoke(ended);
  await test_.app.db.query(
    `INSERT INTO access_token (id, "tenantId", "userId", name, prefix, hash, scopes, "createdAt", "expiresAt")
     SELECT gen_random_uuid(), $1, $2, 'short', 'p', decode(md5(random()::text || n), 'hex'), '{}', $3::timestamptz + n * interval '1 ms', $3
     FROM generate_series(1, 300) n`,
    [tenant.id, bob.viewer.userId, test_.clock.now()],
  );
  const { me } = await bob.run<{ me: { tokens: { id: string; createdAt: string }[] } }, never>(
    '{ me { tokens { id createdAt } } }',
  );
  expect(me.tokens).toHaveLength(201);
  expect(me.tokens.at(-1)?.id).toBe(old.id);
  expect(me.tokens.map(({ createdAt }) => createdAt)).toEqual(
    me.tokens
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .reverse(),
  );
});

async function idOf(token: Token): Promise<string> {
  const { rows } = await test_.app.db.query('SELECT id FROM access_token WHERE prefix = $1', [token.text.slice(0, 13)]);
  return rows[0]?.id;
}
