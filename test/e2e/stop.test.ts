import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callApi } from '../support/api.ts';
import { createTestDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { openNetwork } from '../support/network.ts';
import { spawnErrand } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';
import { until } from '../support/until.ts';

test('without anybody who reads its output, the server goes on serving', async () => {
  await using home = await createStartedHome();
  const port = await freePort();
  await using errand = spawnErrand('start', {
    env: { ERRAND_HOME: home.path, PORT: String(port), LOG_LEVEL: 'trace' },
  });
  // It has still to say that it runs, and writes a line of the log for each request.
  errand.leaveOutput();
  const token = (await readFile(join(home.path, 'owner-token'), 'utf8')).trim();
  const ask = () => callApi(`http://127.0.0.1:${port}`, token, '{ me { role } }').catch(() => null);
  await until(async () => (await ask())?.data, { what: 'an answer' });
  expect(await ask()).toEqual({ data: { me: { role: 'OWNER' } } });
  errand.kill('SIGTERM');
  expect(await errand.ended).toEqual({ code: 0, signal: null });
});

test.concurrent.each(['api', 'worker', 'start'] as const)(
  '%s stops although its database no longer answers',
  async (entry) => {
    await using database = await createTestDatabase();
    const url = new URL(database.url);
    await using network = await openNetwork(Number(url.port));
    url.port = String(network.port);
    await using errand = spawnErrand(entry, {
      env: {
        DATABASE_URL: url.href,
        ERRAND_MASTER_KEY: Buffer.alloc(32, 5).toString('base64'),
        HOST: '127.0.0.1',
        PORT: '0',
      },
    });
    await errand.ready();
    network.swallow();
    errand.kill('SIGTERM');
    const { signal } = await errand.ended;
    // Not by force: the disposal of a process kills it only after a minute.
    expect(signal).toBeNull();
  },
);
