import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../../src/app.ts';
import { authenticate } from '../../../src/auth/authenticate.ts';
import type { Viewer } from '../../../src/auth/viewer.ts';
import { watchTasks } from '../../../src/domain/tasks/watch-tasks.ts';
import { type AccessWatch, watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

let test_: TestApp;
let other: App;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  other = createApp(test_.app.config);
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

type Credential = { person: Person; viewer: Viewer; tokenId: string; authorization: string };

/** A member with a token of their own, as the server's edge knows them. */
async function newMember(expiresAt?: Date): Promise<Credential> {
  const person = await tenant.person('bob');
  const { createToken } = await person.run<{ createToken: { token: string; accessToken: { id: string } } }, object>(
    `mutation ($expiresAt: DateTime) {
      createToken(input: { name: "test", expiresAt: $expiresAt }) { token accessToken { id } }
    }`,
    { expiresAt: expiresAt?.toISOString() },
  );
  const authorization = `Bearer ${createToken.token}`;
  return { person, authorization, viewer: await enter(authorization), tokenId: createToken.accessToken.id };
}

const enter = (authorization: string) => authenticate(test_.app, { authorization, tenant: undefined });

const revoke = ({ person, tokenId }: Credential) =>
  person.run('mutation ($id: ID!) { revokeToken(id: $id) { changeId } }', { id: tokenId });
const onMember = (operation: string, more = '') => {
  return ({ viewer }: Credential) =>
    alice.run(`mutation { ${operation}(userId: "${encodeGlobalId('User', viewer.userId)}"${more}) { changeId } }`);
};
const changeRole = onMember('changeRole', ', role: VIEWER');
const removeMember = onMember('removeMember');

const endings = [
  { what: 'revoking the token', end: revoke, code: 'UNAUTHENTICATED', message: 'Your token was revoked.' },
  { what: 'changing the role', end: changeRole, code: 'FORBIDDEN', message: expect.stringContaining('Connect again') },
  {
    what: 'removing the member',
    end: removeMember,
    code: 'FORBIDDEN',
    message: expect.stringContaining('Connect again'),
  },
];

/** Resolves with what ended the access. */
function endOf({ signal }: AccessWatch): Promise<unknown> {
  if (signal.aborted) return Promise.resolve(signal.reason);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }));
}

/** Begins to watch, and waits until nothing of the beginning is under way. */
async function watching(app: App, viewer: Viewer): Promise<AccessWatch> {
  let watch: AccessWatch | undefined;
  await statementsOfAll(async (sent) => {
    watch = watchAccess(app, viewer);
    const isAsked = () => sent.some(({ name }) => name === 'still-allowed') && app.db.idleCount === app.db.totalCount;
    await until(isAsked);
  });
  return watch as AccessWatch;
}

describe.each(['this', 'another'])('in %s process, access ends by', (process) => {
  const app = () => (process === 'this' ? test_.app : other);

  test.each(endings)('$what', async ({ end, code, message }) => {
    const credential = await newMember();
    using watch = await watching(app(), credential.viewer);
    expect(watch.signal.aborted).toBe(false);
    await end(credential);
    expect(await endOf(watch)).toMatchObject({ code, message });
  });

  test('the expiry of the token, and not before', async () => {
    const expiresAt = new Date(Date.now() + 2_000);
    const { viewer } = await newMember(expiresAt);
    using watch = await watching(app(), viewer);
    expect(await endOf(watch)).toMatchObject({ code: 'UNAUTHENTICATED', message: 'Your token has expired.' });
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime() - 1);
  });

  test.each(endings)('$what before it is watched', async ({ end, code }) => {
    const credential = await newMember();
    await end(credential);
    using watch = watchAccess(app(), credential.viewer);
    expect(await endOf(watch)).toMatchObject({ code });
  });
});

describe('access does not end by', () => {
  test.each(endings)('$what of somebody else', async ({ end }) => {
    const [credential, somebodyElse] = [await newMember(), await newMember()];
    using watch = await watching(test_.app, credential.viewer);
    using theirs = await watching(test_.app, somebodyElse.viewer);
    await end(somebodyElse);
    await endOf(theirs);
    expect(watch.signal.aborted).toBe(false);
  });

  test('revoking another token of the same user', async () => {
    const credential = await newMember();
    const second: Credential = { ...credential, tokenId: (await secondToken(credential)).id };
    using watch = await watching(test_.app, credential.viewer);
    using theirs = await watching(test_.app, { ...credential.viewer, tokenId: uuidOf(second.tokenId) });
    await revoke(second);
    await endOf(theirs);
    expect(watch.signal.aborted).toBe(false);
  });

  test('losing the same user as a member of another tenant', async () => {
    const credential = await newMember();
    const elsewhere = await test_.tenant();
    const tenantId = elsewhere.id;
    await test_.app.db.query(
      `INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, 'MEMBER', now())`,
      [tenantId, credential.viewer.userId],
    );
    using watch = await watching(test_.app, credential.viewer);
    using theirs = await watching(test_.app, { ...credential.viewer, tenantId, tokenId: null });
    const userId = encodeGlobalId('User', credential.viewer.userId);
    await elsewhere.alice.run(`mutation { removeMember(userId: "${userId}") { changeId } }`);
    await endOf(theirs);
    expect(watch.signal.aborted).toBe(false);
  });
});

async function secondToken({ person }: Credential): Promise<{ id: string }> {
  const made = await person.run<{ createToken: { accessToken: { id: string } } }, object>(
    'mutation { createToken(input: { name: "second" }) { accessToken { id } } }',
  );
  return made.createToken.accessToken;
}

test('a live subscription ends with what ended the access, also while it waits', async () => {
  const credential = await newMember();
  using watch = await watching(test_.app, credential.viewer);
  const acting = { app: test_.app, viewer: credential.viewer, requestId: newId() };
  const live = await watchTasks(acting, { filter: {}, after: null, signal: watch.signal, key: 'all' });
  expect((await live.next()).value?.kind).toBe('READY');
  const waiting = live.next();
  await changeRole(credential);
  await expect(waiting).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('whoever ends the watch is told nothing more', async () => {
  const credential = await newMember();
  const watch = await watching(test_.app, credential.viewer);
  watch[Symbol.dispose]();
  using witness = await watching(test_.app, credential.viewer);
  await revoke(credential);
  await endOf(witness);
  expect(watch.signal.aborted).toBe(false);
});

test.each(endings.filter(({ end }) => end !== changeRole))('$what makes its token unknown', async ({ end }) => {
  const credential = await newMember();
  expect((await enter(credential.authorization)).userId).toBe(credential.viewer.userId);
  await end(credential);
  await expect(enter(credential.authorization)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

function uuidOf(globalId: string): string {
  return Buffer.from(globalId, 'base64url').toString().split(':')[1] ?? '';
}
