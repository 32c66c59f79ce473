import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHttp } from '../../src/server/http.ts';
import type { RunningServer } from '../../src/server/server.ts';
import { CreateTaskDocument } from '../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

let shop: TestApp;
let server: RunningServer;
let alice: Person;
let token: string;
let browser: Browser | undefined;
/** What the page asked for beyond this machine, and what it complained of. */
const outside: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  shop = await createTestApp();
  server = await startHttp(shop.app);
  alice = (await shop.tenant()).alice;
  const made = await alice.run<{ createToken: { token: string } }, never>(
    'mutation { createToken(input: { name: "explorer" }) { token } }',
  );
  token = made.createToken.token;
  if (!chromiumPath) return;
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser?.close();
  await server.stop();
  await shop[Symbol.asyncDispose]();
});

/** GraphiQL, opened by the link of the start screen, where nothing but this machine can be reached. */
async function openGraphiql(fragment: string): Promise<Page> {
  if (!browser) throw new Error('No browser was started.');
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  await context.route('**', (route) => {
    const { hostname } = new URL(route.request().url());
    if (hostname === '127.0.0.1') return route.continue();
    outside.push(route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${server.url}/graphql${fragment}`);
  await page.waitForSelector('.graphiql-execute-button');
  return page;
}

/** Opens the page with an operation and runs it; the editor would close brackets that are typed. */
async function run(page: Page, operation: string): Promise<void> {
  await page.goto(`${server.url}/graphql?query=${encodeURIComponent(operation)}`);
  await page.locator('.graphiql-execute-button').click();
}

const answer = async (page: Page) =>
  (await page.locator('.graphiql-response .view-lines').innerText()).replaceAll('\u00a0', ' ');

test.runIf(chromiumPath)(
  'queries, mutations and live subscriptions run, with the token from the link and no other machine',
  async () => {
    const page = await openGraphiql(`#token=${token}`);
    expect(page.url()).not.toContain('token');

    await run(page, '{ me { role user { name } } }');
    await expect.poll(() => answer(page), { timeout: 10_000 }).toContain('"name": "alice"');

    await run(page, 'mutation { createTask(input: { title: "by hand" }) { task { title } } }');
    await expect.poll(() => answer(page), { timeout: 10_000 }).toContain('"title": "by hand"');

    await run(page, 'subscription { taskChanged { __typename ... on TaskChanged { task { title } } } }');
    await expect.poll(() => answer(page), { timeout: 10_000 }).toContain('StreamReady');
    await alice.run(CreateTaskDocument, { input: { title: 'seen live' } });
    await expect.poll(() => answer(page), { timeout: 10_000 }).toContain('"title": "seen live"');

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

test('the page knows no token by itself, and nothing else may frame or script it', async () => {
  const response = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  const html = await response.text();
  expect(response.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'sha256-[^ ]+';.*frame-ancestors 'none'/,
  );
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(html).not.toContain('errand_');
});
