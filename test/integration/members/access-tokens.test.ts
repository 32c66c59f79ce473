import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Permission } from '../../../src/auth/permissions.ts';
import { createPerson, createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

const createToken = `mutation ($scopes: [Permission!]) {
  createToken(input: { name: "t", scopes: $scopes }) { token accessToken { prefix scopes } }
}`;
type Created = { createToken: { token: string; accessToken: { prefix: string; scopes: string[] } } };

let server: TestApp;
let alice: Person;
beforeAll(async () => {
  server = await createTestApp();
  alice = (await server.tenant()).alice;
});
afterAll(() => server[Symbol.asyncDispose]());

const scoped = (scopes: Permission[]) => createPerson(server.app, { ...alice.viewer, scopes: new Set(scopes) });

test('a token is shown once, and kept as a hash', async () => {
  const { createToken: made } = await alice.run<Created, object>(createToken, {});
  expect(made.token).toMatch(/^errand_[\w-]{43}$/);
  expect(made.token.startsWith(made.accessToken.prefix)).toBe(true);
  const { rows } = await server.app.db.query('SELECT t::text AS row FROM access_token t');
  expect(rows.map(({ row }) => row).join()).not.toContain(made.token);
});

test.each([[undefined], [null], [[]]])('a scoped token that names %j passes its own limits on', async (scopes) => {
  const limited = scoped(['token:write', 'task:read']);
  const { createToken: made } = await limited.run<Created, object>(createToken, { scopes });
  expect(made.accessToken.scopes.toSorted()).toEqual(['task:read', 'token:write']);
});

test('a scoped token cannot give what it does not have', async () => {
  const error = await scoped(['token:write']).refused(createToken, { scopes: ['TASK_WRITE'] });
  expect(error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('task:write') });
});
