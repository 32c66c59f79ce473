import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { watchAccess } from '../../../src/domain/tenants/watch-access.ts';
import { pendingMigrations } from '../../../src/infra/postgres/migrate.ts';
import { schema } from '../../../src/schema/index.ts';
import { type RunningServer, startServer } from '../../../src/server/server.ts';
import { startTestServer, type TestServer } from './fixture.ts';

const documents = `
  query Role { me { role } }
  query Tasks($first: Int) { tasks(first: $first) { nodes { title } } }
  mutation Create($title: String!) { createTask(input: { title: $title }) { task { title } } }
  subscription Live { taskChanged { __typename } }
`;

let server: TestServer;
let folder: string;
let idOf: (name: string) => string;
const running: RunningServer[] = [];
const urls = { none: '', also: '', only: '' };
type Mode = keyof typeof urls;

beforeAll(async () => {
  server = await startTestServer({ schema });
  urls.none = server.url;
  folder = await mkdtemp(join(tmpdir(), 'errand-'));
  const file = join(folder, 'persisted-documents.json');
  const texts = await writePersistedDocuments(file);
  idOf = (name) => Object.entries(texts).find(([, text]) => text.includes(` ${name}`))?.[0] ?? '';
  for (const mode of ['also', 'only'] as const) {
    const config = { ...server.app.config, trustedDocuments: { mode, file } };
    const another = await startServer({ ...server.app, config }, { schema, watchAccess, pendingMigrations });
    running.push(another);
    urls[mode] = another.url;
  }
});
afterAll(async () => {
  for (const another of running) await another[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The file as graphql-codegen's client preset makes it from the documents of a client. */
async function writePersistedDocuments(file: string): Promise<Record<string, string>> {
  const made = await generate(
    {
      schema: 'schema.graphql',
      documents,
      silent: true,
      generates: { [`${folder}/`]: { preset: 'client', presetConfig: { persistedDocuments: true } } },
    },
    false,
  );
  const { content = '{}' } = made.find(({ filename }: { filename: string }) => filename === file) ?? {};
  await writeFile(file, content);
  return JSON.parse(content);
}

const persisted = (name: string) => ({ persistedQuery: { version: 1, sha256Hash: idOf(name) } });
const unknown = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
const headersOf = (more: Record<string, string> = {}) => ({ authorization: `Bearer ${server.token}`, ...more });

type Answer = {
  status: number;
  data?: Record<string, unknown>;
  errors?: { message: string; extensions: { code: string } }[];
};
async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, ...((await response.json()) as object) };
}
async function post(mode: Mode, body: object): Promise<Answer> {
  const headers = headersOf({ 'content-type': 'application/json' });
  return answerOf(await fetch(`${urls[mode]}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) }));
}
async function get(mode: Mode, parameters: Record<string, string>): Promise<Answer> {
  const url = `${urls[mode]}/graphql?${new URLSearchParams(parameters)}`;
  return answerOf(await fetch(url, { headers: headersOf() }));
}

/** The first result over a WebSocket, or the errors in place of one. */
async function askSocket(mode: Mode, payload: { query: string; extensions?: Record<string, unknown> }) {
  const client = createClient({
    url: `${urls[mode].replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: headersOf(),
    retryAttempts: 0,
  });
  const first = await client
    .iterate(payload)
    .next()
    .then(({ value }) => value as Omit<Answer, 'status'>)
    .catch((errors) => ({ errors }) as Omit<Answer, 'status'>);
  await client.dispose();
  return first;
}

/** The first result over SSE. */
async function askEvents(mode: Mode, request: { query?: string; extensions?: Record<string, unknown> }) {
  const client = createSseClient({ url: `${urls[mode]}/graphql`, headers: headersOf(), retryAttempts: 0 });
  const { value } = await client.iterate(request as { query: string }).next();
  client.dispose();
  return value as Omit<Answer, 'status'>;
}

const code = (answer: { errors?: { extensions: { code: string } }[] }) => answer.errors?.[0]?.extensions.code;

describe.each(['also', 'only'] as const)('trusted documents run by their id, mode %s', (mode) => {
  const role = { me: { role: 'MEMBER' } };

  test('over POST', async () => {
    const withVariables = { extensions: persisted('Tasks'), variables: { first: 1 } };
    expect((await post(mode, { extensions: persisted('Role') })).data).toEqual(role);
    expect((await post(mode, { documentId: idOf('Role') })).data).toEqual(role);
    expect((await post(mode, { documentId: `sha256:${idOf('Role')}` })).data).toEqual(role);
    expect((await post(mode, withVariables)).data).toEqual({ tasks: { nodes: expect.any(Array) } });
    const created = await post(mode, { extensions: persisted('Create'), variables: { title: 'By id' } });
    expect(created.data).toEqual({ createTask: { task: { title: 'By id' } } });
  });

  test('over GET, but for mutations', async () => {
    const extensions = JSON.stringify(persisted('Role'));
    expect((await get(mode, { extensions })).data).toEqual(role);
    expect((await get(mode, { documentId: idOf('Role') })).data).toEqual(role);
    const variables = JSON.stringify({ title: 'No' });
    expect((await get(mode, { documentId: idOf('Create'), variables })).status).toBe(405);
  });

  test('over SSE and WebSocket', async () => {
    const ready = { taskChanged: { __typename: 'StreamReady' } };
    const live = { query: '', extensions: persisted('Live') };
    expect((await askEvents(mode, live)).data).toEqual(ready);
    expect((await askSocket(mode, live)).data).toEqual(ready);
    expect((await askSocket(mode, { query: '', extensions: persisted('Role') })).data).toEqual(role);
  });

  test('in place of any text that is sent along', async () => {
    const body = { query: '{ me { user { email } } }', extensions: persisted('Role') };
    expect((await post(mode, body)).data).toEqual(role);
    expect((await askSocket(mode, body)).data).toEqual(role);
  });

  test('an id that is not in the file is PERSISTED_QUERY_NOT_FOUND on every transport', async () => {
    const refusal = { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } };
    expect(await post(mode, { extensions: unknown })).toMatchObject({ status: 200, errors: [refusal] });
    expect(await get(mode, { extensions: JSON.stringify(unknown) })).toMatchObject({ status: 200, errors: [refusal] });
    expect(await post(mode, { documentId: 'constructor' })).toMatchObject({ errors: [refusal] });
    expect(await askEvents(mode, { extensions: unknown })).toMatchObject({ errors: [refusal] });
    expect(await askSocket(mode, { query: '', extensions: unknown })).toMatchObject({ errors: [refusal] });
  });

  test('a request without text and id is INVALID_INPUT', async () => {
    expect(await post(mode, {})).toMatchObject({ status: 400, errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
    expect(await get(mode, { query: '' })).toMatchObject({ status: 400 });
    expect(code(await post(mode, { extensions: { persistedQuery: { sha256Hash: 5 } } }))).toBe('INVALID_INPUT');
  });
});

test('other documents run in mode also, whether their id is known or not', async () => {
  const other = '{ me { tenant { name } } }';
  const data = { me: { tenant: { name: 'Acme' } } };
  expect((await post('also', { query: other })).data).toEqual(data);
  expect((await post('also', { query: other, extensions: unknown })).data).toEqual(data);
  expect((await askSocket('also', { query: other })).data).toEqual(data);
});

test.each([
  ['a query', '{ me { tenant { name } } }'],
  ['introspection', '{ __schema { queryType { name } } }'],
  ['the text of a trusted document', 'query Role { me { role } }'],
])('mode only refuses every text, on every transport: %s', async (_name, query) => {
  const refusal = { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('trusted documents') };
  expect(await post('only', { query })).toMatchObject({ status: 403, errors: [refusal] });
  expect(await post('only', { query, extensions: unknown })).toMatchObject({ errors: [refusal] });
  expect(await get('only', { query })).toMatchObject({ status: 403, errors: [refusal] });
  expect(await askEvents('only', { query })).toMatchObject({ errors: [refusal] });
  expect(await askSocket('only', { query })).toMatchObject({ errors: [refusal] });
});

describe('without trusted documents', () => {
  test('an id is PERSISTED_QUERY_NOT_SUPPORTED on every transport', async () => {
    const refusal = { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } };
    expect(await post('none', { extensions: persisted('Role') })).toMatchObject({ status: 200, errors: [refusal] });
    expect(await get('none', { documentId: idOf('Role') })).toMatchObject({ status: 200, errors: [refusal] });
    expect(await askEvents('none', { extensions: unknown })).toMatchObject({ errors: [refusal] });
    expect(await askSocket('none', { query: '', extensions: unknown })).toMatchObject({ errors: [refusal] });
  });

  test('a text that is sent with its id runs', async () => {
    const body = { query: '{ me { role } }', extensions: unknown };
    expect((await post('none', body)).data).toEqual({ me: { role: 'MEMBER' } });
  });
});
