import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { callApi } from '../support/api.ts';
import { createTestHome, type TestHome } from '../support/home.ts';
import { spawnErrand } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';
import { until } from '../support/until.ts';

function start(home: TestHome, env: Record<string, string> = {}) {
  return spawnErrand('start', { env: { ERRAND_HOME: home.path, PORT: '0', ...env } });
}

const ownerToken = async (home: TestHome) => (await readFile(join(home.path, 'owner-token'), 'utf8')).trim();
const permissionsOf = async (path: string) => (await stat(path)).mode & 0o777;

test('the first start answers a query and says where everything is', async () => {
  await using home = await createTestHome();
  await using errand = start(home);
  const { url } = await errand.ready();
  const token = await ownerToken(home);
  const answer = await callApi(url, token, '{ me { user { email timeZone } role } }');

  expect(answer).toEqual({
    data: {
      me: {
        user: { email: 'owner@localhost', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
        role: 'OWNER',
      },
    },
  });
  expect(errand.stderr).toContain('Preparing PostgreSQL 18');
  expect(errand.stderr).toContain(`${url}/graphql#token=${token}`);
  for (const place of ['owner-token', 'postgres', 'outbox']) expect(errand.stderr).toContain(join(home.path, place));
});

test('secrets in the home folder are readable by their owner alone', async () => {
  await using home = await createStartedHome();
  await using errand = start(home);
  await errand.ready();
  for (const name of ['owner-token', 'master-key', 'postgres/password']) {
    expect([name, await permissionsOf(join(home.path, name))]).toEqual([name, 0o600]);
  }
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends everything, and the next start finds the data',
  async (signal) => {
    await using home = await createStartedHome();
    await using first = start(home);
    const { url } = await first.ready();
    const token = await ownerToken(home);
    await callApi(url, token, 'mutation { createTask(input: { title: "Survives" }) { task { id } } }');
    expect(await home.postgres()).not.toBeNull();

    first.kill(signal);
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(await home.postgres()).toBeNull();

    await using second = start(home);
    const again = await second.ready();
    expect(await callApi(again.url, token, '{ tasks { edges { node { title } } } }')).toEqual({
      data: { tasks: { edges: [{ node: { title: 'Survives' } }] } },
    });
    expect(second.stderr).not.toContain('Preparing');
  },
);

test('the home folder may have any name', async () => {
  await using home = await createTestHome({ name: `it's "all" $HOME \`&; ü` });
  await using errand = start(home);
  const { url } = await errand.ready();
  expect(await callApi(url, await ownerToken(home), '{ me { role } }')).toEqual({ data: { me: { role: 'OWNER' } } });
});

test('a stop during the start leaves nothing behind', async () => {
  await using home = await createTestHome();
  await using errand = start(home);
  await expect.poll(() => errand.stderr).toContain('Preparing PostgreSQL');
  errand.kill('SIGINT');
  expect(await errand.ended).toEqual({ code: 0, signal: null });
  expect(await home.postgres()).toBeNull();
});

test('a second Ctrl-C ends the process at once, and PostgreSQL after it', async () => {
  await using home = await createStartedHome();
  await using errand = start(home);
  const { url } = await errand.ready();
  const postgres = (await home.postgres()) as number;
  // A frozen PostgreSQL keeps the orderly stop waiting.
  process.kill(postgres, 'SIGSTOP');
  errand.kill('SIGINT');
  // The first one was taken, and what comes now is no copy of it that npm handed on.
  const isRefused = () =>
    fetch(url).then(
      () => false,
      () => true,
    );
  await until(isRefused, { what: 'the end of the server' });
  await delay(400);
  errand.kill('SIGINT');
  expect(await errand.ended).toEqual({ code: 130, signal: null });
  process.kill(postgres, 'SIGCONT');
  await expect.poll(() => home.postgres()).toBeNull();
});
