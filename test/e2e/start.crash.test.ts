import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callApi } from '../support/api.ts';
import { dataFolder, type TestHome } from '../support/home.ts';
import { spawnErrand } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';

const start = (home: TestHome) => spawnErrand('start', { env: { ERRAND_HOME: home.path, PORT: '0' } });
const ownerToken = async (home: TestHome) => (await readFile(join(home.path, 'owner-token'), 'utf8')).trim();

async function isAnswering(home: TestHome, url: string): Promise<boolean> {
  const answer = await callApi(url, await ownerToken(home), '{ me { role } }').catch(() => null);
  return answer?.data !== undefined && !answer.errors;
}

test('after kill -9 the next start goes on with the PostgreSQL that was left, and ends it', async () => {
  await using home = await createStartedHome();
  await using killed = start(home);
  await killed.ready();
  const postgres = await home.postgres();
  killed.kill('SIGKILL');
  await killed.ended;
  expect(await home.postgres()).toBe(postgres);

  await using next = start(home);
  const { url } = await next.ready();
  expect(next.stderr).toContain('still running from an Errand process that was killed');
  expect(await home.postgres()).toBe(postgres);
  expect(await isAnswering(home, url)).toBe(true);
  next.kill('SIGTERM');
  expect(await next.ended).toEqual({ code: 0, signal: null });
  expect(await home.postgres()).toBeNull();
});

test('after kill -9 of Errand and PostgreSQL both, the next start recovers', async () => {
  await using home = await createStartedHome();
  await using killed = start(home);
  await killed.ready();
  process.kill((await home.postgres()) as number, 'SIGKILL');
  killed.kill('SIGKILL');
  await killed.ended;

  await using next = start(home);
  const { url } = await next.ready();
  expect(await isAnswering(home, url)).toBe(true);
});

test('a leftover postmaster.pid whose number another program has now is no obstacle', async () => {
  await using home = await createStartedHome();
  await using first = start(home);
  await first.ready();
  const pidFile = join(await dataFolder(home.path), 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8')).split('\n');
  first.kill('SIGTERM');
  await first.ended;
  const { uid, gid } = await stat(await dataFolder(home.path));
  const stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
  await once(stranger, 'spawn');
  await writeFile(pidFile, [stranger.pid, ...lines.slice(1)].join('\n'));

  await using second = start(home);
  const { url } = await second.ready();
  expect(await isAnswering(home, url)).toBe(true);
  stranger.kill();
});

test('a PostgreSQL killed under a running Errand is started again', async () => {
  await using home = await createStartedHome();
  await using errand = start(home);
  const { url } = await errand.ready();
  const postgres = (await home.postgres()) as number;
  process.kill(postgres, 'SIGKILL');
  await expect.poll(() => home.postgres()).toSatisfy((pid) => pid !== null && pid !== postgres);
  await expect.poll(() => isAnswering(home, url)).toBe(true);
  errand.kill('SIGTERM');
  expect(await errand.ended).toEqual({ code: 0, signal: null });
  expect(await home.postgres()).toBeNull();
});
