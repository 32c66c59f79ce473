import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callApi } from '../support/api.ts';
import { spawnErrand } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';
import { until } from '../support/until.ts';

test('with nothing configured, a reminder is a mail in the outbox', async () => {
  await using home = await createStartedHome();
  await using errand = spawnErrand('start', { env: { ERRAND_HOME: home.path, PORT: '0' } });
  const { url } = await errand.ready();
  const token = (await readFile(join(home.path, 'owner-token'), 'utf8')).trim();
  const made = await callApi(url, token, 'mutation { createTask(input: { title: "Make tea" }) { task { id } } }');
  const { id } = (made.data as { createTask: { task: { id: string } } }).createTask.task;
  const at = new Date(Date.now() + 2_500).toISOString();
  const reminder = `{ taskId: "${id}", trigger: ABSOLUTE, at: "${at}" }`;
  await callApi(url, token, `mutation { createReminder(input: ${reminder}) { reminder { id } } }`);

  const outbox = join(home.path, 'outbox');
  const mails = async () => (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const [name] = await until(async () => [await mails()].find(({ length }) => length > 0));
  expect(await readFile(join(outbox, name as string), 'utf8')).toMatch(/^Subject: Reminder: Make tea\r?$/m);
  const status = async () => {
    const { data } = await callApi(url, token, '{ reminders { nodes { status attempts } } }');
    return (data as { reminders: { nodes: { status: string }[] } }).reminders.nodes[0]?.status === 'SENT';
  };
  await until(status);
});
