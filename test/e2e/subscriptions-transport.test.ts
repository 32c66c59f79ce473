import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { resumingSubscription } from '../../web/resume/graphql-ws.ts';
import { callApi } from '../support/api.ts';
import { freePort } from '../support/free-port.ts';
import type { TestHome } from '../support/home.ts';
import { spawnErrand } from '../support/process.ts';
import { createStartedHome } from '../support/started-home.ts';

const query = `subscription ($after: String) {
  taskChanged(after: $after) { __typename ... on TaskChanged { task { title } } }
}`;
const hasCurl = spawnSync('curl', ['--version']).status === 0;

const start = (home: TestHome, port: number) =>
  spawnErrand('start', { env: { ERRAND_HOME: home.path, PORT: String(port) } });
const ownerToken = async (home: TestHome) => (await readFile(join(home.path, 'owner-token'), 'utf8')).trim();
const createTask = (url: string, token: string, title: string) =>
  callApi(url, token, `mutation { createTask(input: { title: "${title}" }) { changeId } }`);

test.skipIf(!hasCurl)('curl reads a subscription as server-sent events and resumes it by Last-Event-ID', async () => {
  await using home = await createStartedHome();
  await using errand = start(home, 0);
  const { url } = await errand.ready();
  const token = await ownerToken(home);

  const follow = (lastEventId: string | null) => {
    const headers = [`authorization: Bearer ${token}`, 'content-type: application/json', 'accept: text/event-stream'];
    if (lastEventId) headers.push(`last-event-id: ${lastEventId}`);
    const options = headers.flatMap((header) => ['-H', header]);
    const curl = spawn('curl', ['-sN', ...options, '-d', JSON.stringify({ query }), `${url}/graphql`]);
    let text = '';
    curl.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const leave = async () => {
      curl.kill();
      await once(curl, 'exit');
    };
    return { text: () => text, leave };
  };

  const first = follow(null);
  await expect.poll(first.text).toContain('StreamReady');
  await createTask(url, token, 'seen by curl');
  await expect.poll(first.text).toContain('"title":"seen by curl"');
  await first.leave();
  await createTask(url, token, 'while it was away');
  const cursor = /id: (\S+)\nevent: next\ndata: .*seen by curl/.exec(first.text())?.[1] ?? '';
  const second = follow(cursor);
  await expect.poll(second.text).toContain('"title":"while it was away"');
  expect(second.text()).not.toContain('seen by curl');
  await second.leave();
});

test.each(['SIGTERM', 'SIGKILL'] as const)('a subscription survives a restart after %s', async (signal) => {
  await using home = await createStartedHome();
  const port = await freePort();
  await using first = start(home, port);
  const { url } = await first.ready();
  const token = await ownerToken(home);
  const titles: (string | undefined)[] = [];
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  type Data = { taskChanged: { __typename: string; task?: { title: string } } };
  let isReady = false;
  const leave = resumingSubscription<Data>(
    client,
    { query },
    {
      next: ({ data }) => {
        if (data?.taskChanged.task) titles.push(data.taskChanged.task.title);
        else isReady = true;
      },
      error: (reason) => titles.push(`ended: ${JSON.stringify(reason)}`),
    },
    { firstWaitMs: 50, maxWaitMs: 500 },
  );
  await expect.poll(() => isReady).toBe(true);
  await createTask(url, token, 'before');
  await expect.poll(() => titles).toEqual(['before']);

  first.kill(signal);
  await first.ended;
  await using second = start(home, port);
  await second.ready();
  await createTask(url, token, 'after');
  await expect.poll(() => titles).toEqual(['before', 'after']);
  leave();
  await client.dispose();
});
