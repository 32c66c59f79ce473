import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { variables } from '../../src/config/variables.ts';
import { createTestHome, dataFolder, type TestHome } from '../support/home.ts';
import { type Entry, spawnErrand } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';

const start = (home: TestHome, env: Record<string, string> = {}) =>
  spawnErrand('start', { env: { ERRAND_HOME: home.path, PORT: '0', ...env } });

/** What a program that refuses to run says, line by line. */
async function refusal(entry: Entry, env: Record<string, string>, args: string[] = []): Promise<string[]> {
  await using errand = spawnErrand(entry, { env, args });
  expect(await errand.ended).toEqual({ code: 1, signal: null });
  return errand.stderr.trimEnd().split('\n');
}

test('a second start in the same folder is refused, and the first one is not disturbed', async () => {
  await using home = await createStartedHome();
  await using first = start(home);
  await first.ready();
  const postgres = await home.postgres();
  const lines = await refusal('start', { ERRAND_HOME: home.path, PORT: '0' });
  expect(lines).toEqual([expect.stringContaining(`Errand is already running with the data in ${home.path}`)]);
  expect(lines[0]).toContain(`process ${first.pid}`);
  expect(await home.postgres()).toBe(postgres);
});

test('of two first starts at once in one folder one runs and the other is refused', async () => {
  await using home = await createTestHome();
  await using a = start(home);
  await using b = start(home);
  const [first, second] = await Promise.allSettled([a.ready(), b.ready()]);
  const refused = first.status === 'rejected' ? a : b;
  expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
  expect(refused.stderr).toContain('Errand is already running');
});

test('a busy port is told in one line, and PostgreSQL does not stay', async () => {
  await using home = await createStartedHome();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const lines = await refusal('start', { ERRAND_HOME: home.path, PORT: String(port) });
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^Port ${port} .*in use`))]);
  expect(await home.postgres()).toBeNull();
  server.close();
});

test('all faults of the environment are told at once', async () => {
  const env = { PORT: 'x', LOG_LEVEL: 'loud', ERRAND_HOMEE: '/srv', REDIS_URL: 'nowhere' };
  const lines = await refusal('start', env);
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(Object.keys(env).sort());
});

test('without a master key there is no start outside embedded mode', async () => {
  const lines = await refusal('start', { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/errand' });
  expect(lines).toEqual([expect.stringContaining('ERRAND_MASTER_KEY')]);
});

test('a database that cannot be reached is told in one line, without its password', async () => {
  const env = {
    DATABASE_URL: 'postgres://u:hidden@127.0.0.1:1/errand',
    ERRAND_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  };
  const lines = await refusal('start', env);
  expect(lines).toEqual([expect.stringContaining('The database errand at 127.0.0.1:1 cannot be used')]);
  expect(lines.join()).not.toContain('hidden');
});

test('data of another major version are refused with what to do', async () => {
  await using home = await createStartedHome();
  await writeFile(join(await dataFolder(home.path), 'PG_VERSION'), '17\n');
  const lines = await refusal('start', { ERRAND_HOME: home.path });
  expect(lines).toEqual([expect.stringMatching(/PostgreSQL 17.*this version of Errand runs PostgreSQL 18.*pg_dump/)]);
});

test('a lost master key is not replaced while tokens depend on it', async () => {
  await using home = await createStartedHome();
  await rm(join(home.path, 'master-key'));
  const lines = await refusal('start', { ERRAND_HOME: home.path });
  expect(lines).toEqual([expect.stringContaining('master-key is missing')]);
  expect(await home.postgres()).toBeNull();
});

test('an unknown option is refused', async () => {
  const lines = await refusal('start', {}, ['--prot=1']);
  expect(lines).toEqual([expect.stringContaining("'--prot'")]);
});

test.each(['api', 'worker'] as const)('npm run %s needs a database that it shares', async (entry) => {
  expect(await refusal(entry, {})).toEqual([expect.stringContaining('DATABASE_URL')]);
});

test.each(['start', 'api', 'worker', 'migrate', 'token'] as const)('%s --help lists every variable', async (entry) => {
  await using errand = spawnErrand(entry, { args: ['--help'], env: { PORT: 'even when one is faulty' } });
  expect(await errand.ended).toEqual({ code: 0, signal: null });
  for (const name of Object.keys(variables)) expect(errand.stdout).toContain(`  ${name}\n`);
  expect(errand.stderr).toBe('');
});
