import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { EventLog } from '../../src/events/event-log.ts';
import { startHttp } from '../../src/server/http.ts';
import type { RunningServer } from '../../src/server/server.ts';
import { CreateTaskDocument } from '../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
let shop: TestApp;
let events: EventLog;
let server: RunningServer;
let alice: Person;
let token: string;
let browser: Browser | undefined;
let context: BrowserContext;
/** What the page asked for beyond this machine, and what it complained of. */
const outside: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  shop = await createTestApp();
  const { db, tenants, hints } = shop.app;
  // Several checkpoints while a test looks on.
  events = new EventLog({ db, tenants, hints, onError: () => {}, checkpointMs: 300 });
  server = await startHttp({ ...shop.app, events });
  alice = (await shop.tenant()).alice;
  token = await createToken(alice);
  if (!chromiumPath) return;
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      // Nothing but this machine can be reached. A route would say so too, but it turns the browser's cache off.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
  await events[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

/** A browser that was never here before. */
beforeEach(async () => {
  outside.length = 0;
  complaints.length = 0;
  if (!browser) return;
  context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') outside.push(request.url());
  });
});
afterEach(() => context?.close());

async function createToken(person: Person): Promise<string> {
  const { createToken } = await person.run<{ createToken: { token: string } }, never>(
    'mutation { createToken(input: { name: "explorer" }) { token } }',
  );
  return createToken.token;
}

/** GraphiQL in a window of its own. `answers` are typed into its dialogs, one after the other; then they are cancelled. */
async function openGraphiql(path: string, answers: string[] = []): Promise<Page & { asked: string[] }> {
  const page = Object.assign(await context.newPage(), { asked: [] as string[] });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    page.asked.push(dialog.message());
    const answer = answers.shift();
    return answer === undefined ? dialog.dismiss() : dialog.accept(answer);
  });
  await page.goto(`${server.url}/graphql${path}`);
  await page.waitForSelector('.graphiql-execute-button');
  return page;
}

/** Opens the page with an operation and runs it; the editor would close brackets that are typed. */
async function run(page: Page, operation: string): Promise<void> {
  await page.goto(`${server.url}/graphql?query=${encodeURIComponent(operation)}`);
  await page.locator('.graphiql-execute-button').click();
}

/**
 * Runs an example. Tabs can be dragged, so that a click on one may be lost; and for a moment after a tab was opened,
 * GraphiQL asks for the operation of the tab before it.
 */
async function runTab(page: Page, name: string): Promise<void> {
  while ((await page.locator('.graphiql-tab-active').innerText()) !== name) {
    await page.locator(`.graphiql-tab-button[title="${name}"]`).click();
  }
  do {
    await page.locator('.graphiql-execute-button').click();
    await answers(page).toContain('{');
  } while ((await answer(page)).includes('Cannot infer operation'));
}

const answer = async (page: Page) =>
  (await page.locator('.graphiql-response .view-lines').innerText()).replaceAll('\u00a0', ' ');
const answers = (page: Page) => expect.poll(() => answer(page));

test.runIf(chromiumPath)(
  'queries, mutations and live subscriptions run, with the token from the link and no other machine',
  async () => {
    const page = await openGraphiql(`#token=${token}`);
    expect(page.url()).not.toContain('token');

    await run(page, '{ me { role user { name } } }');
    await answers(page).toContain('"name": "alice"');

    await run(page, 'mutation { createTask(input: { title: "by hand" }) { task { title } } }');
    await answers(page).toContain('"title": "by hand"');

    await run(page, 'subscription { taskChanged { __typename ... on TaskChanged { task { title } } } }');
    await answers(page).toContain('StreamReady');
    await alice.run(CreateTaskDocument, { input: { title: 'seen live' } });
    await answers(page).toContain('"title": "seen live"');

    const stored = await page.evaluate(() => ({
      local: JSON.stringify(localStorage),
      session: JSON.stringify(sessionStorage),
    }));
    expect(stored.local).not.toContain(token);
    expect(stored.session).toContain(token);
    expect(await page.content()).not.toContain(token);
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  },
);

test.runIf(chromiumPath)('a newcomer runs each example, and sees the task that they create arrive live', async () => {
  const watching = await openGraphiql(`#token=${token}`);
  await runTab(watching, 'Me');
  await answers(watching).toContain('"name": "alice"');
  await runTab(watching, 'WatchTasks');
  await answers(watching).toContain('"__typename": "StreamReady"');

  const working = await openGraphiql(`#token=${token}`);
  await runTab(working, 'CreateTask');
  await answers(working).toContain('"title": "Buy milk"');
  await watching.bringToFront();
  await answers(watching).toContain('"title": "Buy milk"');
  await working.bringToFront();
  await runTab(working, 'ListTasks');
  await answers(working).toContain('"title": "Buy milk"');

  await runTab(working, 'CreateTask');
  await answers(working).toContain('createTask');
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

test.runIf(chromiumPath)('a link with an operation opens it, also for somebody who was never here before', async () => {
  const query = encodeURIComponent('{ me { user { name } } }');
  const page = await openGraphiql(`?query=${query}#token=${token}`);
  await page.locator('.graphiql-execute-button').click();
  await answers(page).toContain('"name": "alice"');
  expect(await answer(page)).not.toContain('tenant');
});

test.runIf(chromiumPath).each([
  ['with its type', 'subscription { taskChanged { __typename ... on TaskChanged { task { title } } } }'],
  ['without its type', 'subscription { taskChanged { ... on TaskChanged { task { title } } } }'],
  [
    'with its cursor',
    'subscription { taskChanged { ... on StreamPayload { cursor } ... on TaskChanged { task { title } } } }',
  ],
])('checkpoints do not replace the event that is shown, %s', async (name, subscription) => {
  const page = await openGraphiql(`?query=${encodeURIComponent(subscription)}#token=${token}`);
  let frames = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', () => {
      frames += 1;
    }),
  );
  await page.locator('.graphiql-execute-button').click();
  await answers(page).toContain('taskChanged');
  await alice.run(CreateTaskDocument, { input: { title: `seen ${name}` } });
  await answers(page).toContain(`seen ${name}`);
  const before = frames;
  await expect.poll(() => frames).toBeGreaterThan(before + 3);
  expect(await answer(page)).toContain(`seen ${name}`);
});

test.runIf(chromiumPath)('a token that was mistyped is asked for again, in the same window', async () => {
  const page = await openGraphiql('', ['errand_mistyped', token]);
  await runTab(page, 'Me');
  await answers(page).toContain('"name": "alice"');
  expect(page.asked).toHaveLength(2);
  expect(page.asked[1]).toContain('not accepted');
  await run(page, 'subscription { taskChanged { __typename } }');
  await answers(page).toContain('StreamReady');
  expect(page.asked).toHaveLength(2);
});

test.runIf(chromiumPath)(
  'whoever gives no token sees the refusal, and is asked again when they run something',
  async () => {
    const page = await openGraphiql('');
    await expect.poll(() => page.asked.length).toBeGreaterThan(0);
    const { length } = page.asked;
    await runTab(page, 'Me');
    await answers(page).toContain('UNAUTHENTICATED');
    expect(page.asked.length).toBeGreaterThan(length);
  },
);

test.runIf(chromiumPath)('a link that is opened in the same window replaces the token', async () => {
  const { alice: other } = await shop.tenant();
  const otherToken = await createToken(other);
  const page = await openGraphiql(`#token=${token}`);
  await page.evaluate((fragment) => {
    (globalThis as unknown as { location: { hash: string } }).location.hash = fragment;
  }, `token=${otherToken}`);
  await expect.poll(() => page.url()).not.toContain('token');
  await page.waitForSelector('.graphiql-execute-button');
  await run(page, '{ me { user { email } } }');
  const { me } = await other.run<{ me: { user: { email: string } } }, never>('{ me { user { email } } }');
  await answers(page).toContain(me.user.email);
});

test('the page knows no token by itself, and nothing else may frame or script it', async () => {
  const response = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  const html = await response.text();
  expect(response.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'sha256-[^ ]+.*frame-ancestors 'none'/,
  );
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(html).not.toContain('errand_');
});
