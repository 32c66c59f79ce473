import { request } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transferWork } from '../../../src/domain/transfers/work.ts';
import { schema } from '../../../src/schema/index.ts';
import { newId } from '../../../src/shared/ids.ts';
import { uuidOf } from '../../support/transfer-fixture.ts';
import { until } from '../../support/until.ts';
import { workContext } from '../../support/work.ts';
import { startTestServer, type TestPerson, type TestServer } from '../server/fixture.ts';

let server: TestServer;
let anna: TestPerson;
let strangers: TestPerson[];
beforeAll(async () => {
  const limits = { importBytes: 3_000_000, queryCost: 10_000, streamsPerMember: 50 };
  server = await startTestServer({ schema, limits, http: { corsOrigins: ['https://board.example'] } });
  anna = await server.addPerson('MEMBER');
  const tenantId = newId();
  await server.app.db.query(`INSERT INTO tenant (id, name, "createdAt") VALUES ($1, 'Other', now())`, [tenantId]);
  strangers = [await server.addPerson('OWNER'), await server.addPerson('OWNER', { tenantId })];
});
afterAll(() => server[Symbol.asyncDispose]());

type Started = { id: string; contentPath: string };

async function call<T>(query: string, token = anna.token): Promise<T> {
  const response = await server.post({ query }, { authorization: `Bearer ${token}` });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** Ends what the person has before, since they have one at a time. */
async function start(kind: 'Import' | 'Export', format = 'CSV', token = anna.token): Promise<Started> {
  const { transfers } = await call<{ transfers: { nodes: { id: string; finishedAt: string | null }[] } }>(
    '{ transfers { nodes { id finishedAt } } }',
    token,
  );
  for (const { id, finishedAt } of transfers.nodes) {
    if (!finishedAt) await call(`mutation { cancelTransfer(id: "${id}") { changeId } }`, token);
  }
  const mutation = `mutation { started: start${kind}(input: { format: ${format} }) { transfer { id contentPath } } }`;
  return (await call<{ started: { transfer: Started } }>(mutation, token)).started.transfer;
}

async function run({ id }: Started): Promise<void> {
  const { rows } = await server.app.db.query('SELECT version FROM transfer WHERE id = $1', [uuidOf(id)]);
  const word = { id: uuidOf(id), version: rows[0].version as number };
  await transferWork.attempt(workContext(server.app), word);
}

const chunksOf = async ({ id }: Started) =>
  (await server.app.db.query('SELECT FROM transfer_chunk WHERE "transferId" = $1', [uuidOf(id)])).rows;

const bearer = (token = anna.token) => ({ authorization: `Bearer ${token}` });
const get = (path: string, headers: Record<string, string> = bearer()) => fetch(server.url + path, { headers });
const put = (path: string, body: RequestInit['body'], headers: Record<string, string> = bearer()) =>
  fetch(server.url + path, { method: 'PUT', body, headers, duplex: 'half' } as RequestInit);

const startImport = 'mutation { startImport(input: { format: CSV }) { changeId } }';
type Refusal = { errors: [{ message: string }] };

async function messageOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as Refusal).errors[0].message];
}

async function refusal(response: Response): Promise<[number, string]> {
  const { errors } = (await response.json()) as { errors: [{ extensions: { code: string; requestId: string } }] };
  expect(errors[0].extensions.requestId).toBe(response.headers.get('x-request-id'));
  return [response.status, errors[0].extensions.code];
}

const statusOf = async ({ id }: Started) =>
  (await call<{ transfer: { status: string; done: number } }>(`{ transfer(id: "${id}") { status done } }`)).transfer;

describe('the file of an import', () => {
  test('is put in pieces, and imported', async () => {
    const started = await start('Import');
    const rows = Array.from({ length: 400 }, (_, n) => `put ${n},"${'x'.repeat(5_000)}"\n`);
    const pieces = ['title,notes\n', ...rows].map((row) => Buffer.from(row));
    const response = await put(started.contentPath, Readable.from(pieces) as never);
    expect([response.status, await response.json()]).toEqual([202, { status: 'QUEUED' }]);
    expect((await chunksOf(started)).length).toBeGreaterThan(1);
    await run(started);
    expect(await statusOf(started)).toEqual({ status: 'SUCCEEDED', done: 400 });
  });

  test('is put once; who breaks off may begin again', async () => {
    const started = await start('Import');
    const broken = request(server.url + started.contentPath, { method: 'PUT', headers: bearer() });
    broken.on('error', () => {});
    const first = `title\n${'lost,'.repeat(300_000)}`;
    broken.write(first);
    await until(async () => (await chunksOf(started)).length);
    broken.destroy();
    // What had arrived of the first one may still be written, and is then the later one.
    const again = await until(async () => {
      const answer = await put(started.contentPath, 'title\nkept\n');
      return answer.status === 202 ? answer : null;
    });
    expect(await again.json()).toEqual({ status: 'QUEUED' });
    expect(await refusal(await put(started.contentPath, 'title\ntoo late\n'))).toEqual([409, 'CONFLICT']);
    await run(started);
    expect(await statusOf(started)).toEqual({ status: 'SUCCEEDED', done: 1 });
    const { tasks } = await call<{ tasks: { nodes: { title: string }[] } }>('{ tasks(first: 1) { nodes { title } } }');
    expect(tasks.nodes).toEqual([{ title: 'kept' }]);
  });

  test('of two uploads at once is that of the later', async () => {
    const started = await start('Import');
    const early = request(server.url + started.contentPath, { method: 'PUT', headers: bearer() });
    const answered = new Promise<number | undefined>((resolve) =>
      early.on('response', (res) => resolve(res.resume().statusCode)),
    );
    early.write('title\n');
    const version = async () =>
      (await server.app.db.query('SELECT version FROM transfer WHERE id = $1', [uuidOf(started.id)])).rows[0].version;
    await until(async () => (await version()) === 2);
    expect((await put(started.contentPath, 'title\nlater\n')).status).toBe(202);
    early.end('early\n');
    expect(await answered).toBe(409);
    await run(started);
    expect(await statusOf(started)).toEqual({ status: 'SUCCEEDED', done: 1 });
  });

  test('may be compressed, within the largest size as well', async () => {
    const started = await start('Import');
    const gzip = { ...bearer(), 'content-encoding': 'gzip' };
    const bomb = await put(started.contentPath, gzipSync('x\n'.repeat(1_600_000)), gzip);
    expect(await messageOf(bomb)).toEqual([413, expect.stringContaining('The import still waits for its file')]);
    expect((await put(started.contentPath, gzipSync('\uFEFFtitle\npacked\n'), gzip)).status).toBe(202);
    await run(started);
    expect(await statusOf(started)).toEqual({ status: 'SUCCEEDED', done: 1 });
  });

  test('has a largest size', async () => {
    const started = await start('Import');
    const answered = put(started.contentPath, `title\n${'x\n'.repeat(1_600_000)}`).then((response) => response.status);
    // The server hangs up on who still sends, which may reach them before its answer does.
    expect([413, 'hung up']).toContain(await answered.catch(() => 'hung up'));
    expect(await statusOf(started)).toMatchObject({ status: 'AWAITING_CONTENT' });
    // Whoever starts another one learns what the first waits for.
    const another = await server.post({ query: startImport }, bearer());
    expect(((await another.json()) as Refusal).errors[0].message).toMatch(
      /^You have an import that waits for its file/,
    );
    expect((await put(started.contentPath, 'title\nsmaller\n')).status).toBe(202);
    await run(started);
    expect(await statusOf(started)).toEqual({ status: 'SUCCEEDED', done: 1 });
  });
});

describe('the file of an export', () => {
  test('is given whole, to be saved and never kept by a cache', async () => {
    const started = await start('Export');
    expect(await refusal(await get(started.contentPath))).toEqual([409, 'CONFLICT']);
    await run(started);
    const response = await get(started.contentPath, { ...bearer(), 'accept-encoding': 'identity' });
    const file = await response.text();
    expect(response.status).toBe(200);
    expect(file.split('\r\n')[0]).toMatch(/^"id","parent","title","notes",/);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment; filename="tasks-\d{4}-\d\d-\d\d\.csv"$/),
      'content-length': String(Buffer.byteLength(file)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  test.each(['gzip', 'br'])('is compressed for those who take %s', async (coding) => {
    const imported = await start('Import');
    await put(imported.contentPath, `title\n${'a long title\n'.repeat(200)}`);
    await run(imported);
    const started = await start('Export');
    await run(started);
    const fetched = (accept: string) => get(started.contentPath, { ...bearer(), 'accept-encoding': accept });
    const packed = await fetched(coding);
    expect(packed.headers.get('content-encoding')).toBe(coding);
    const plain = await fetched('identity');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await packed.text()).toBe(await plain.text());
  });

  test('is read by pages of allowed origins alone', async () => {
    const { contentPath } = await start('Export');
    const origin = async (name: string) => {
      const headers = { origin: name, 'access-control-request-method': 'GET' };
      return (await fetch(server.url + contentPath, { method: 'OPTIONS', headers })).headers.get(
        'access-control-allow-origin',
      );
    };
    expect(await origin('https://board.example')).toBe('https://board.example');
    expect(await origin('https://evil.example')).toBeNull();
  });
});

describe('what one may not see', () => {
  test('is NOT_FOUND to others, in the tenant and out of it, for either way', async () => {
    const exported = await start('Export');
    await run(exported);
    for (const { token } of strangers) {
      expect(await refusal(await get(exported.contentPath, bearer(token)))).toEqual([404, 'NOT_FOUND']);
    }
    const imported = await start('Import');
    for (const { token } of strangers) {
      const response = await put(imported.contentPath, 'title\nsmuggled\n', bearer(token));
      expect(await refusal(response)).toEqual([404, 'NOT_FOUND']);
    }
    expect(await statusOf(imported)).toMatchObject({ status: 'AWAITING_CONTENT' });
  });

  test.each([
    ['no token', {}, [401, 'UNAUTHENTICATED']],
    ['a token that is none', { authorization: 'Bearer errand_nonsense' }, [401, 'UNAUTHENTICATED']],
  ])('is UNAUTHENTICATED with %s', async (_, headers, expected) => {
    const { contentPath } = await start('Export');
    expect(await refusal(await get(contentPath, headers as Record<string, string>))).toEqual(expected);
    expect(await refusal(await put(contentPath, 'x', headers as Record<string, string>))).toEqual(expected);
  });

  test('is no path of another kind', async () => {
    const task = Buffer.from(`Task:${newId()}`).toString('base64url');
    for (const path of [`/transfers/${task}`, '/transfers/x/y', '/transfers/%00']) {
      expect(await refusal(await get(path))).toEqual([404, 'NOT_FOUND']);
    }
    const { contentPath } = await start('Export');
    const response = await fetch(server.url + contentPath, { method: 'DELETE', headers: bearer() });
    expect([response.headers.get('allow'), ...(await refusal(response))]).toEqual(['GET, PUT', 405, 'INVALID_INPUT']);
  });

  test('needs the permission of its kind', async () => {
    const { contentPath } = await start('Import');
    const viewer = await server.addPerson('VIEWER');
    expect(await refusal(await put(contentPath, 'title\n', bearer(viewer.token)))).toEqual([403, 'FORBIDDEN']);
    expect(await refusal(await get(contentPath))).toEqual([409, 'CONFLICT']);
  });
});
