import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { startTestServer, type TestServer } from './fixture.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ schema });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The audits of the GraphQL over HTTP specification: they ask as an authenticated caller. */
const audits = serverAudits({
  url: () => `${server.url}/graphql`,
  fetchFn: (url: string, init: RequestInit) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${server.token}`);
    return fetch(url, { ...init, headers });
  },
});

test('the audits of graphql-http are all there', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
  expect(await audit.fn()).toMatchObject({ status: 'ok' });
});
