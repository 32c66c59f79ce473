import { chown, lstat, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { copyPackage, isRoot, nobody, packageFor } from '../support/accounts.ts';
import { callApi } from '../support/api.ts';
import { createTestHome, dataFolder, type TestHome } from '../support/home.ts';
import { spawnErrand } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';

const env = (home: TestHome) => ({ ERRAND_HOME: home.path, PORT: '0' });
const ownerToken = async (home: TestHome) => (await readFile(join(home.path, 'owner-token'), 'utf8')).trim();

async function expectAnswer(home: TestHome, url: string): Promise<void> {
  expect(await callApi(url, await ownerToken(home), '{ me { role } }')).toEqual({ data: { me: { role: 'OWNER' } } });
}

// What root does can be tried by root alone, and so can becoming somebody else.
test.runIf(isRoot)('as root, PostgreSQL runs as another user', async () => {
  await using home = await createTestHome();
  await using errand = spawnErrand('start', { env: env(home) });
  const { url } = await errand.ready();
  await expectAnswer(home, url);
  expect((await stat(await dataFolder(home.path))).uid).not.toBe(0);
  expect((await lstat(join(home.path, 'postgres'))).isDirectory()).toBe(true);
});

test.runIf(isRoot)('as root in a folder only root may enter, the data lie behind a link and survive', async () => {
  await using home = await createTestHome({ mode: 0o700 });
  await using first = spawnErrand('start', { env: env(home) });
  await expectAnswer(home, (await first.ready()).url);
  const target = await readlink(join(home.path, 'postgres'));
  expect(target).toMatch(/^\/var\/lib\/errand\//);
  const token = await ownerToken(home);
  first.kill('SIGTERM');
  expect(await first.ended).toEqual({ code: 0, signal: null });
  expect(await home.postgres()).toBeNull();

  await using second = spawnErrand('start', { env: env(home) });
  await expectAnswer(home, (await second.ready()).url);
  expect(await ownerToken(home)).toBe(token);
});

test.runIf(isRoot)('as root with the package where only root may enter, PostgreSQL is copied to be run', async () => {
  await using clone = await copyPackage();
  await using home = await createTestHome({ mode: 0o700 });
  await using errand = spawnErrand('start', { env: env(home), root: clone.root });
  await expectAnswer(home, (await errand.ready()).url);
  const program = await readlink(`/proc/${await home.postgres()}/exe`);
  expect(program).toMatch(/^\/var\/lib\/errand\/postgresql-18/);
});

test('as an ordinary user everything belongs to that user', async () => {
  const account = isRoot ? nobody() : undefined;
  await using errandPackage = await packageFor(
    account ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
  );
  await using home = await createTestHome();
  if (account) await chown(dirname(home.path), account.uid, account.gid);
  await using errand = spawnErrand('start', { env: env(home), account, root: errandPackage.root });
  await expectAnswer(home, (await errand.ready()).url);
  const owner = account?.uid ?? process.getuid?.();
  expect((await stat(join(home.path, 'owner-token'))).uid).toBe(owner);
  expect((await stat(await dataFolder(home.path))).uid).toBe(owner);
  errand.kill('SIGTERM');
  expect(await errand.ended).toEqual({ code: 0, signal: null });
  expect(await home.postgres()).toBeNull();
});

test.runIf(isRoot).each([
  ['home folder', 'no permission to write to', (home: TestHome) => home.path],
  ['data folder', 'belong to another user', (home: TestHome) => join(home.path, 'postgres')],
])('a %s of another user is refused in one line', async (_, line, refused) => {
  await using home = await createStartedHome();
  const account = nobody();
  if (refused(home) !== home.path) await chown(home.path, account.uid, account.gid);
  await using errandPackage = await packageFor(account);
  await using errand = spawnErrand('start', { env: env(home), account, root: errandPackage.root });
  expect(await errand.ended).toEqual({ code: 1, signal: null });
  expect(errand.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(line)]);
  expect(errand.stderr).toContain(refused(home));
});
