import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callApi } from '../support/api.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { type Entry, spawnErrand, spawnProgram } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';

const embedded = (home: TestHome) => ({ ERRAND_HOME: home.path, PORT: '0' });
const external = ({ url }: TestDatabase) => ({
  DATABASE_URL: url,
  ERRAND_MASTER_KEY: Buffer.alloc(32, 5).toString('base64'),
  HOST: '127.0.0.1',
  PORT: '0',
});

async function run(entry: Entry, env: Record<string, string>, args: string[] = []) {
  await using errand = spawnErrand(entry, { env, args });
  const { code } = await errand.ended;
  return { code, stdout: errand.stdout.trim(), stderr: errand.stderr.trim() };
}

const role = async (url: string, token: string) => callApi(url, token, '{ me { role } }');
const isOwner = { data: { me: { role: 'OWNER' } } };
const newOwner = ['--email', 'Ada@x.example', '--name', 'Ada', '--tenant', 'Engines'];

test('npm run token replaces a lost token beside the running server', async () => {
  await using home = await createStartedHome();
  await using errand = spawnErrand('start', { env: embedded(home) });
  const { url } = await errand.ready();
  const lost = (await readFile(join(home.path, 'owner-token'), 'utf8')).trim();
  const { code, stdout: token } = await run('token', embedded(home));

  expect(code).toBe(0);
  expect((await readFile(join(home.path, 'owner-token'), 'utf8')).trim()).toBe(token);
  expect(await role(url, token)).toEqual(isOwner);
  expect(await role(url, lost)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('npm run token starts PostgreSQL by itself where none runs, and ends it', async () => {
  await using home = await createTestHome();
  const { code, stdout: token } = await run('token', embedded(home));
  expect(code).toBe(0);
  expect(await home.postgres()).toBeNull();
  await using errand = spawnErrand('start', { env: embedded(home) });
  const { url } = await errand.ready();
  expect(await role(url, token)).toEqual(isOwner);
});

test('npm run migrate brings the embedded database up to date as well', async () => {
  await using home = await createTestHome();
  const { code, stderr } = await run('migrate', embedded(home));
  expect(code).toBe(0);
  expect(stderr).toContain('The database is up to date.');
  expect(await home.postgres()).toBeNull();
});

test('on a database of its own nothing starts before npm run migrate', async () => {
  await using database = await createTestDatabase({ migrated: false });
  const env = external(database);
  for (const entry of ['start', 'api', 'worker', 'token'] as const) {
    const { code, stderr } = await run(entry, env, entry === 'token' ? ['--email', 'ada@x.example'] : []);
    expect([entry, code, stderr]).toEqual([entry, 1, expect.stringMatching(/^The database lacks .*npm run migrate$/)]);
  }
  expect((await run('migrate', env)).stderr).toMatch(/^Applied .*_init\n/);
  expect((await run('migrate', env)).stderr).toBe('The database is up to date.');
});

test('API and worker run as processes of their own, and npm run token makes the first owner', async () => {
  await using database = await createTestDatabase();
  const env = external(database);
  await using worker = spawnErrand('worker', { env });
  await using api = spawnErrand('api', { env });
  await worker.ready();
  const { url } = await api.ready();

  const { stdout: token } = await run('token', env, newOwner);
  expect(await role(url, token)).toEqual(isOwner);
  const { stdout: next } = await run('token', env, ['--email', 'ada@x.example']);
  expect(await role(url, next)).toEqual(isOwner);
  expect(await role(url, token)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });

  for (const process of [api, worker]) {
    process.kill('SIGTERM');
    expect(await process.ended).toEqual({ code: 0, signal: null });
  }
});

test.each([
  [[], '--email is required'],
  [['--email', 'ada'], 'not an e-mail address'],
  [['--email', 'eve@x.example'], 'does not own this tenant'],
])('npm run token %j is refused with what to do', async (args, line) => {
  await using database = await createTestDatabase();
  const { code, stderr } = await run('token', external(database), args);
  expect([code, stderr]).toEqual([1, expect.stringContaining(line)]);
});

test('Ctrl-C at npm start, which reaches npm and Errand both, is one stop that npm waits for', async () => {
  await using home = await createStartedHome();
  await using npm = spawnProgram('npm', ['start'], { env: embedded(home) });
  await npm.ready();
  process.kill(-npm.pid, 'SIGINT');
  await npm.ended;
  expect(npm.stderr).not.toContain('Stopped without waiting');
  expect(await home.postgres()).toBeNull();
});

test('npm start hands SIGTERM on', async () => {
  await using home = await createStartedHome();
  await using npm = spawnProgram('npm', ['start'], { env: embedded(home) });
  await npm.ready();
  npm.kill('SIGTERM');
  await npm.ended;
  expect(await home.postgres()).toBeNull();
});

test('npm start hands its flags on', async () => {
  await using npm = spawnProgram('npm', ['start', '--', '--help'], {});
  expect((await npm.ended).code).toBe(0);
  expect(npm.stdout).toContain('DATABASE_URL');
});
