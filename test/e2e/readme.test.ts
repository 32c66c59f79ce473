import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot, spawnErrand, spawnProgram } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const readme = readFileSync(`${packageRoot}/README.md`, 'utf8');
/** The commands of the README that call the API, as they are written. */
const calls = [...readme.matchAll(/```sh\n(curl [\s\S]*?)```/g)].map(([, command = '']) => command);

test.skipIf(!hasCurl)('the first subscription of the README shows the task that the next command creates', async () => {
  await using home = await createStartedHome();
  await using errand = spawnErrand('start', { env: { ERRAND_HOME: home.path, PORT: '0' } });
  const { url } = await errand.ready();
  const run = (command = '') =>
    spawnProgram('bash', ['-c', `set -e; ${command.replace('http://localhost:4000', url)}`], {
      root: dirname(home.path),
    });

  expect(calls).toHaveLength(2);
  await using watching = run(calls[0]);
  await expect.poll(() => watching.stdout).toContain('"__typename":"StreamReady"');
  await using creating = run(calls[1]);
  expect(await creating.ended).toEqual({ code: 0, signal: null });
  expect(JSON.parse(creating.stdout)).toMatchObject({ data: { createTask: { task: { title: 'Buy milk' } } } });
  await expect
    .poll(() => watching.stdout)
    .toContain('"taskChanged":{"__typename":"TaskChanged","kind":"CREATED","task":{"title":"Buy milk"}}');
});

test('the README is short', () => {
  expect(readme.split('\n').length).toBeLessThan(120);
});
