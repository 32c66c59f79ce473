import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JwtConfig } from '../../../src/config/config.ts';
import { newId } from '../../../src/shared/ids.ts';
import { startTestServer, type TestServer } from './fixture.ts';

const secret = 'a shared secret of at least 32 bytes';
const base = { issuer: 'https://issuer.example', audience: 'errand', tenantClaim: 'tenant', provisionRole: null };
const bySecret: JwtConfig = { ...base, key: { secret }, algorithms: ['HS256'] };

const sign = (
  claims: JWTPayload,
  {
    exp = '5m',
    alg = 'HS256',
    key = new TextEncoder().encode(secret),
  }: { exp?: string | number; alg?: string; key?: Uint8Array | CryptoKey } = {},
) =>
  new SignJWT({ iss: base.issuer, aud: base.audience, ...claims })
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
    expect(await ask(server, await sign({ sub: email }))).toMatchObject(expected);
    expect(await ask(server, await sign({ sub: email }), { 'x-errand-tenant': server.tenantId })).toMatchObject(
      expected,
    );
  });

  test.each<[string, JWTPayload, Parameters<typeof sign>[1]?]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another audience', { aud: 'somebody' }],
    ['expired', {}, { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['signed with another algorithm', {}, { alg: 'HS512' }],
    ['signed with another key', {}, { key: new TextEncoder().encode('another secret of more than 32 bytes') }],
    ['of an unverified address', { email_verified: false }],
    ['of nobody here', { email: 'stranger@example.test' }],
    ['of another tenant', { tenant: newId() }],
    ['with a tenant that is no id', { tenant: 'acme' }],
  ])('one that is %s is refused', async (_name, claims, options) => {
    expect((await ask(server, await sign({ email, ...claims }, options))).status).toBe(401);
  });

  test('one without an end or without a signature is refused', async () => {
    const key = new TextEncoder().encode(secret);
    const endless = await new SignJWT({ iss: base.issuer, aud: base.audience, email })
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
