import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticate } from '../../../src/auth/authenticate.ts';
import type { Viewer } from '../../../src/auth/viewer.ts';
import type { JwtConfig } from '../../../src/config/config.ts';
import { acceptInvite } from '../../../src/domain/invitations/accept-invite.ts';
import { newId } from '../../../src/shared/ids.ts';
import { startTestServer, type TestServer } from './fixture.ts';

const secret = 'a shared secret of at least 32 bytes';
const base = {
  issuer: 'https://issuer.example',
  audience: 'errand',
  emailVerified: 'required',
  tenantClaim: 'tenant',
  provisionRole: null,
} as const;
const bySecret: JwtConfig = { ...base, key: { secret }, algorithms: ['HS256'] };

/** A JWT with these claims. Unless told otherwise, its address is verified, and there is one account for it. */
const sign = (
  claims: JWTPayload,
  {
    exp = '5m',
    alg = 'HS256',
    key = new TextEncoder().encode(secret),
  }: { exp?: string | number; alg?: string; key?: Uint8Array | CryptoKey } = {},
) =>
  new SignJWT({
    ...{ iss: base.issuer, aud: base.audience, sub: `account of ${claims.email}`.toLowerCase(), email_verified: true },
    ...claims,
  })
    .setProtectedHeader({ alg, kid: 'k1' })
    .setExpirationTime(exp)
    .sign(key);

async function ask(server: TestServer, token: string, headers: Record<string, string> = {}) {
  const response = await server.post({ query: '{ viewer }' }, { authorization: `Bearer ${token}`, ...headers });
  const { data, errors } = (await response.json()) as { data?: { viewer: string[] }; errors?: { message: string }[] };
  return { status: response.status, viewer: data?.viewer, message: errors?.[0]?.message };
}

describe('with a shared secret', () => {
  let server: TestServer;
  let email: string;
  let userId: string;
  beforeAll(async () => {
    server = await startTestServer({ config: { jwt: bySecret } });
    ({ email, userId } = await server.addPerson('OPERATOR', { email: 'jane@example.test' }));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('its e-mail address and tenant name the member', async () => {
    const expected = { status: 200, viewer: [userId, server.tenantId, 'OPERATOR', 'Europe/Berlin'] };
    expect(await ask(server, await sign({ email: email.toUpperCase(), tenant: server.tenantId }))).toMatchObject(
      expected,
    );
    expect(await ask(server, await sign({ email }))).toMatchObject(expected);
    expect(await ask(server, await sign({ email }), { 'x-errand-tenant': server.tenantId })).toMatchObject(expected);
  });

  test.each<[string, JWTPayload, Parameters<typeof sign>[1]?]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another audience', { aud: 'somebody' }],
    ['expired', {}, { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['signed with another algorithm', {}, { alg: 'HS512' }],
    ['signed with another key', {}, { key: new TextEncoder().encode('another secret of more than 32 bytes') }],
    ['of an unverified address', { email_verified: false }],
    ['of an address that is unverified in a text', { email_verified: 'false' }],
    ['of an address that is verified in a text', { email_verified: 'true' }],
    ['of an address that is verified in a number', { email_verified: 1 }],
    ['silent about whether the address is verified', { email_verified: undefined }],
    ['without an address', { email: undefined, sub: 'jane@example.test' }],
    ['with a list of addresses', { email: ['jane@example.test'] }],
    ['with an address that no database can store', { email: 'jane\0@example.test' }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with an endless subject', { sub: 's'.repeat(4_000) }],
    ['of nobody here', { email: 'stranger@example.test' }],
    ['of another tenant', { tenant: newId() }],
    ['with a tenant that is no id', { tenant: 'acme' }],
  ])('one that is %s is refused', async (_name, claims, options) => {
    expect((await ask(server, await sign({ email, ...claims }, options))).status).toBe(401);
  });

  test('one without an end or without a signature is refused', async () => {
    const key = new TextEncoder().encode(secret);
    const endless = await new SignJWT({ iss: base.issuer, aud: base.audience, sub: 's', email_verified: true, email })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(key);
    expect((await ask(server, endless)).status).toBe(401);
    const [, payload] = (await sign({ email })).split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    expect((await ask(server, unsigned)).status).toBe(401);
  });

  test('a member of two tenants has to name one', async () => {
    const other = newId();
    await server.app.db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [other, 'Other']);
    const { email: both, userId: id } = await server.addPerson('MEMBER');
    await server.app.db.query(
      `INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, 'VIEWER', now())`,
      [other, id],
    );
    expect(await ask(server, await sign({ email: both }))).toMatchObject({
      status: 401,
      message: expect.stringContaining('x-errand-tenant'),
    });
    expect((await ask(server, await sign({ email: both }), { 'x-errand-tenant': other })).viewer?.[1]).toBe(other);
    expect(
      (await ask(server, await sign({ email: both, tenant: server.tenantId }), { 'x-errand-tenant': other })).status,
    ).toBe(401);
  });
});

describe('with an issuer that does not say whether addresses are verified', () => {
  let server: TestServer;
  let email: string;
  beforeAll(async () => {
    server = await startTestServer({ config: { jwt: { ...bySecret, emailVerified: 'if-sent' } } });
    ({ email } = await server.addPerson('MEMBER'));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each([
    [undefined, 200],
    [true, 200],
    [false, 401],
    ['false', 401],
    ['true', 401],
    [null, 401],
  ])('email_verified %j gives %i', async (email_verified, status) => {
    expect((await ask(server, await sign({ email, email_verified }))).status).toBe(status);
  });
});

describe('an account of the issuer', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ config: { jwt: { ...bySecret, provisionRole: 'VIEWER' } } });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const boundTo = async (userId: string | undefined) => {
    const text = 'SELECT issuer, subject FROM user_identity WHERE "userId" = $1';
    return (await server.app.db.query(text, [userId])).rows;
  };
  const userOf = async (claims: JWTPayload, at = server) => (await ask(at, await sign(claims))).viewer?.[0];

  test('is bound to the user of its address when it first signs in, and keeps the user when the address changes', async () => {
    const { email, userId } = await server.addPerson('MEMBER');
    expect(await boundTo(userId)).toEqual([]);
    expect(await userOf({ email, sub: 'jane' })).toBe(userId);
    expect(await boundTo(userId)).toEqual([{ issuer: base.issuer, subject: 'jane' }]);
    expect(await userOf({ email: 'jane.married@example.test', sub: 'jane' })).toBe(userId);
    const another = await server.addPerson('ADMIN');
    expect(await userOf({ email: another.email, sub: 'jane' })).toBe(userId);
    expect(await boundTo(another.userId)).toEqual([]);
  });

  test('is refused when the user of its address signs in with another one', async () => {
    const { email, userId } = await server.addPerson('OWNER');
    expect(await userOf({ email, sub: 'first owner of the address' })).toBe(userId);
    for (const claims of [{}, { tenant: server.tenantId }]) {
      const answer = await ask(server, await sign({ email, sub: 'second owner of the address', ...claims }));
      expect(answer).toMatchObject({ status: 401, message: expect.stringContaining('another account of the issuer') });
    }
    expect(await userOf({ email, sub: 'first owner of the address' })).toBe(userId);
  });

  test('is bound once, when many of an address sign in at the same time', async () => {
    const { email, userId } = await server.addPerson('MEMBER');
    const subjects = Array.from({ length: 10 }, (_, n) => `account ${n}`);
    const answers = await Promise.all(subjects.map(async (sub) => ask(server, await sign({ email, sub }))));
    expect(answers.filter(({ status }) => status === 200).map(({ viewer }) => viewer?.[0])).toEqual([userId]);
    expect(await boundTo(userId)).toHaveLength(1);
  });

  test('gets one new user, when many of a new address sign in at the same time', async () => {
    const email = 'crowd@example.test';
    const subjects = Array.from({ length: 10 }, (_, n) => `crowd ${n % 5}`);
    const claims = { email, tenant: server.tenantId };
    const answers = await Promise.all(subjects.map(async (sub) => ask(server, await sign({ ...claims, sub }))));
    const users = answers.filter(({ status }) => status === 200).map(({ viewer }) => viewer?.[0]);
    expect(new Set(users).size).toBe(1);
    expect(users).toHaveLength(2);
    expect(await boundTo(users[0])).toHaveLength(1);
  });

  test('gets one user, when it signs in with two new addresses at the same time', async () => {
    const emails = ['old@example.test', 'new@example.test', 'old@example.test', 'new@example.test'];
    const claims = { sub: 'moving', tenant: server.tenantId };
    const users = await Promise.all(emails.map((email) => userOf({ ...claims, email })));
    expect(new Set(users).size).toBe(1);
    expect(users[0]).toBeDefined();
  });

  test('of another issuer is bound too, to the same user, who keeps both', async () => {
    const { email, userId } = await server.addPerson('MEMBER');
    await userOf({ email, sub: `jane${userId}` });
    const jwt = { ...bySecret, issuer: 'https://second.example' };
    const app = { ...server.app, config: { ...server.app.config, jwt } };
    const second = { iss: jwt.issuer, email, sub: 'jane elsewhere' };
    const credentials = { authorization: `Bearer ${await sign(second)}`, tenant: undefined };
    expect((await authenticate(app, credentials)).userId).toBe(userId);
    const sameSubject = {
      authorization: `Bearer ${await sign({ ...second, sub: `jane${userId}` })}`,
      tenant: undefined,
    };
    await expect(authenticate(app, sameSubject)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await boundTo(userId)).toHaveLength(2);
  });

  test('with an address that only looks like that of a member is not theirs', async () => {
    const { userId } = await server.addPerson('OWNER', { email: 'kim@example.test' });
    expect((await ask(server, await sign({ email: '\u212Aim@example.test', sub: 'not Kim' }))).status).toBe(401);
    expect(await userOf({ email: 'KIM@example.test', sub: 'Kim' })).toBe(userId);
  });

  test('that is not let in is not bound', async () => {
    const { email, userId } = await server.addPerson('MEMBER');
    await server.app.db.query('UPDATE membership SET "removedAt" = now() WHERE "userId" = $1', [userId]);
    expect((await ask(server, await sign({ email, sub: 'gone' }))).status).toBe(401);
    expect(await boundTo(userId)).toEqual([]);
  });

  test('of an invited user who has accepted is bound like any other', async () => {
    const owner = await server.addPerson('OWNER');
    const invitation = { id: newId(), email: 'invited@example.test' };
    await server.app.db.query(
      `INSERT INTO invitation (id, "tenantId", "inviterId", email, role, delivery, attempts, version, "createdAt", "expiresAt")
       VALUES ($1, $2, $3, $4, 'MEMBER', 'SENT', 0, 1, now(), now() + interval '1 day')`,
      [invitation.id, server.tenantId, owner.userId, invitation.email],
    );
    const viewer = { tenantId: server.tenantId, userId: invitation.id, invitationId: invitation.id, role: 'VIEWER' };
    const code = { ...viewer, timeZone: 'UTC', scopes: new Set<never>(), tokenId: null, expiresAt: null } as Viewer;
    const acting = { app: server.app, viewer: code, requestId: 'r' };
    const { member } = await acceptInvite(acting, { input: { name: 'Ivy', timeZone: 'UTC' } });
    expect(await userOf({ email: invitation.email, sub: 'ivy' })).toBe(member.userId);
    expect(await userOf({ email: invitation.email, sub: 'not ivy' })).toBeUndefined();
  });
});

describe('with keys of the issuer (JWKS), provisioning users', () => {
  let server: TestServer;
  let issuer: Server;
  let fetches = 0;
  let key: CryptoKey;
  beforeAll(async () => {
    const pair = await generateKeyPair('RS256');
    key = pair.privateKey;
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' }] });
    issuer = createServer((_req, res) => {
      fetches += 1;
      res.setHeader('content-type', 'application/json').end(jwks);
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const jwksUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
    server = await startTestServer({
      config: { jwt: { ...base, key: { jwksUrl }, algorithms: ['RS256'], provisionRole: 'MEMBER' } },
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    issuer.close();
  });
  const signed = (claims: JWTPayload) => sign(claims, { alg: 'RS256', key });

  test('a user first seen becomes a member, once, and the log has it; the keys are fetched once', async () => {
    const token = await signed({ email: 'new@example.test', name: 'New One', tenant: server.tenantId });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(server, token)));
    expect(new Set(answers.map(({ viewer }) => viewer?.join())).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, viewer: [expect.any(String), server.tenantId, 'MEMBER', 'UTC'] });
    const { rows } = await server.app.db.query(
      `SELECT type, "objectId", "actorId" FROM event WHERE type = 'membership.created'`,
    );
    const userId = answers[0]?.viewer?.[0];
    expect(rows).toEqual([{ type: 'membership.created', objectId: userId, actorId: userId }]);
    expect(fetches).toBe(1);
  });

  test('whoever was removed stays removed, and an unknown tenant makes no user', async () => {
    await server.app.db.query('UPDATE membership SET "removedAt" = now()');
    expect((await ask(server, await signed({ email: 'new@example.test', tenant: server.tenantId }))).status).toBe(401);
    expect((await ask(server, await signed({ email: 'lost@example.test', tenant: newId() }))).status).toBe(401);
    const { rowCount } = await server.app.db.query(`SELECT FROM "user" WHERE email = 'lost@example.test'`);
    expect(rowCount).toBe(0);
  });
});

test('keys that cannot be fetched are UNAVAILABLE, not a fault of the caller', async () => {
  const server = await startTestServer({
    config: { jwt: { ...base, key: { jwksUrl: 'http://127.0.0.1:1/keys' }, algorithms: ['RS256'] } },
  });
  const { privateKey } = await generateKeyPair('RS256');
  expect((await ask(server, await sign({ email: 'a@example.test' }, { alg: 'RS256', key: privateKey }))).status).toBe(
    503,
  );
  await server[Symbol.asyncDispose]();
});
