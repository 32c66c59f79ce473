import ICAL from 'ical.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/infra/log/logger.ts';
import { startHttp } from '../../../src/server/http.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CreateCalendarFeedDocument,
  CreateRecurrenceDocument,
  type CreateRecurrenceInput,
  CreateTaskDocument,
  type CreateTaskInput,
  OccurrencesDocument,
  RevokeCalendarFeedDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

const logged: string[] = [];
let test_: TestApp;
let server: RunningServer;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  const log = createLogger({ log: { level: 'trace' } }, { write: (line) => void logged.push(line) });
  server = await startHttp({ ...test_.app, log });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
  alice = tenant.alice;
});

async function openFeed(by: Person = alice): Promise<string> {
  const { url } = (await by.run(CreateCalendarFeedDocument)).createCalendarFeed;
  return new URL(url as string).pathname;
}

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init);

/** What a program that knows nothing of Errand reads. */
async function read(path: string) {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
  return { text, events };
}

async function createTask(input: CreateTaskInput, by: Person = alice): Promise<void> {
  await by.run(CreateTaskDocument, { input });
}

test('tasks with a due are events, with all their marks', async () => {
  const title = 'Tea; cake, "and" \\ more';
  const notes = `First line\nsecond — ${'ü'.repeat(100)}`;
  await createTask({ title, notes, tags: ['a,b', 'c'], priority: 'URGENT', due: { at: '2026-02-05T17:00:00Z' } });
  await createTask({ title: 'all day', due: { dateInZone: { date: '2026-02-06', timeZone: 'Europe/Berlin' } } });
  await createTask({ title: 'without a due' });
  const { text, events } = await read(await openFeed());
  expect(events.map(({ summary }) => summary)).toEqual([title, 'all day']);
  const [tea, day] = events as [ICAL.Event, ICAL.Event];
  expect(tea.startDate.toJSDate()).toEqual(new Date('2026-02-05T17:00:00Z'));
  expect(tea.description).toBe(notes);
  expect(tea.component.getFirstPropertyValue('priority')).toBe(1);
  expect(tea.component.getFirstProperty('categories')?.getValues()).toEqual(['a,b', 'c']);
  expect(tea.sequence).toBe(1);
  expect(day.startDate.isDate).toBe(true);
  expect(day.startDate.toString()).toBe('2026-02-06');
  const lines = text.split('\r\n');
  expect(lines.every((line) => Buffer.byteLength(line) <= 75 && !line.includes('\n'))).toBe(true);
});

test('they are what the viewer has to do: not what is done, in the trash, long past or somebody else’s', async () => {
  const bob = await tenant.person('bob');
  const due = { at: '2026-02-05T17:00:00Z' };
  await createTask({ title: 'given to bob', due, assigneeId: encodeGlobalId('User', bob.viewer.userId) });
  await createTask({ title: 'given by bob', due, assigneeId: encodeGlobalId('User', alice.viewer.userId) }, bob);
  await createTask({ title: 'of bob', due }, bob);
  const dueAt = new Date(due.at);
  const dated = { dueAt, dueTimeZone: 'UTC' };
  await insertTasks(test_.app, alice, [
    { title: 'done', ...dated, status: 'COMPLETED', completedAt: dueAt },
    { title: 'in the trash', ...dated, deletedAt: dueAt },
    { title: 'overdue', ...dated, dueAt: new Date('2026-01-10T00:00:00Z') },
    { title: 'long past', ...dated, dueAt: new Date('2026-01-01T00:00:00Z') },
  ]);
  expect((await read(await openFeed())).events.map(({ summary }) => summary)).toEqual(['overdue', 'given by bob']);
  expect((await read(await openFeed(bob))).events.map(({ summary }) => summary)).toEqual(['given to bob', 'of bob']);
});

describe('a series', () => {
  const at = (instant: string, timeZone = 'Europe/Berlin') => ({
    title: 'again',
    due: { atInZone: { at: instant, timeZone } },
  });
  const series: [string, CreateRecurrenceInput, 'rule' | 'dates'][] = [
    ['daily', { task: at('2026-02-05T08:00:00Z'), preset: 'DAILY' }, 'rule'],
    ['every second week', { task: at('2026-02-05T08:00:00Z'), preset: 'WEEKLY', interval: 2 }, 'rule'],
    [
      'on the first Monday',
      { task: at('2026-03-02T08:00:00Z'), preset: 'CUSTOM', rule: 'FREQ=MONTHLY;BYDAY=1MO' },
      'rule',
    ],
    ['across the equator', { task: at('2026-02-05T08:00:00Z', 'Australia/Sydney'), preset: 'DAILY' }, 'rule'],
    ['in UTC', { task: at('2026-02-05T08:00:00Z', 'UTC'), preset: 'DAILY' }, 'rule'],
    ['of whole days', { task: { title: 'again', due: { date: '2026-02-05' } }, preset: 'WEEKLY' }, 'rule'],
    ['counted', { task: at('2026-02-05T08:00:00Z'), preset: 'DAILY', count: 60 }, 'rule'],
    ['with an end', { task: at('2026-02-05T08:00:00Z'), preset: 'DAILY', until: '2026-04-10' }, 'rule'],
    ['without weekends', { task: at('2026-02-05T08:00:00Z'), preset: 'DAILY', skipWeekends: true }, 'dates'],
    [
      'on the last day',
      { task: { title: 'again', due: { date: '2026-01-31' } }, preset: 'MONTHLY', monthEnd: 'CLAMP' },
      'dates',
    ],
    ['at a time that DST leaves out', { task: at('2026-02-05T01:30:00Z'), preset: 'DAILY' }, 'rule'],
  ];

  test.each(series)('%s gives the dates that Errand will make', async (_, wanted, kind) => {
    const { recurrence } = (await alice.run(CreateRecurrenceDocument, { input: wanted })).createRecurrence;
    const first = 50;
    const { nodes } = (await alice.run(OccurrencesDocument, { id: recurrence.id, first })).occurrences;
    const { events } = await read(await openFeed());
    const coming = events.filter(({ uid }) => uid.startsWith('series-'));
    expect(coming.map((event) => event.isRecurring())).toEqual(kind === 'rule' ? [true] : coming.map(() => false));
    const dates = coming.flatMap((event) => {
      const iterator = event.iterator();
      return Array.from({ length: kind === 'rule' ? first : 1 }, () => iterator.next() as ICAL.Time | undefined);
    });
    const shown = dates.flatMap((date) =>
      date ? [date.isDate ? date.toString() : date.toJSDate().toISOString()] : [],
    );
    expect(shown).toEqual(nodes.map(({ date, at: instant }) => date ?? instant));
    expect(shown.length).toBeGreaterThan(40);
  });

  test('whose dates follow its completion is its open task alone, and a paused one too', async () => {
    const task = at('2026-02-05T08:00:00Z');
    await alice.run(CreateRecurrenceDocument, { input: { task, preset: 'DAILY', basis: 'COMPLETION' } });
    const paused = await alice.run(CreateRecurrenceDocument, { input: { task, preset: 'DAILY' } });
    const { id } = paused.createRecurrence.recurrence;
    await alice.run('mutation ($id: ID!) { pauseRecurrence(id: $id) { changeId } }', { id });
    const { events } = await read(await openFeed());
    expect(events.map(({ uid }) => uid.split('-')[0])).toEqual(['task', 'task']);
  });
});

describe('the address', () => {
  test('is shown once, and its secret is in no row and no line of the log', async () => {
    const made = await alice.run(CreateCalendarFeedDocument, { idempotencyKey: 'a' });
    const path = new URL(made.createCalendarFeed.url as string).pathname;
    expect(path).toMatch(/^\/calendar\/[\w-]{43}\.ics$/);
    const repeated = await alice.run(CreateCalendarFeedDocument, { idempotencyKey: 'a' });
    expect(repeated.createCalendarFeed).toEqual({ ...made.createCalendarFeed, url: null });
    await read(path);
    const secret = path.slice(10, 53);
    const dump = await test_.app.db.query(
      `SELECT (SELECT string_agg(f::text, '') FROM calendar_feed f) || (SELECT string_agg(e::text, '') FROM event e)
        || (SELECT string_agg(k::text, '') FROM idempotency_key k) AS rows`,
    );
    expect(dump.rows[0].rows).toContain('calendarFeed.created');
    expect(dump.rows[0].rows).not.toContain(secret);
    expect(logged.join()).toContain('"request"');
    expect(logged.join()).not.toContain(secret);
    expect(await test_.app.metrics.metrics()).not.toContain(secret);
  });

  test('is known by its ETag, and kept by the asking program alone', async () => {
    await createTask({ title: 'a', due: { date: '2026-02-06' } });
    const path = await openFeed();
    const first = await get(path);
    // Weak, as it is compressed.
    const etag = first.headers.get('etag')?.slice(2) as string;
    expect(first.headers.get('cache-control')).toMatch(/^private/);
    expect(first.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    for (const header of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      expect((await get(path, { headers: { 'if-none-match': header } })).status).toBe(304);
    }
    await createTask({ title: 'b', due: { date: '2026-02-06' } });
    expect((await get(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
    const head = await get(path, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await get(path, { method: 'POST' })).status).toBe(405);
  });

  test.each<[string, (path: string) => Promise<unknown>]>([
    ['it is revoked', () => alice.run(RevokeCalendarFeedDocument)],
    ['it is made anew', () => openFeed()],
  ])('opens nothing any more when %s', async (_, end) => {
    const path = await openFeed();
    await end(path);
    expect((await get(path)).status).toBe(404);
  });

  test('opens nothing any more when the membership ends, nor when the member returns', async () => {
    const bob = await tenant.person('bob');
    const path = await openFeed(bob);
    const userId = encodeGlobalId('User', bob.viewer.userId);
    await alice.run(`mutation { removeMember(userId: "${userId}") { changeId } }`);
    expect((await get(path)).status).toBe(404);
    await test_.app.db.query('UPDATE membership SET "removedAt" = NULL WHERE "userId" = $1', [bob.viewer.userId]);
    expect((await get(path)).status).toBe(404);
  });

  test('that is made up is 404, and guessing is stopped', async () => {
    const path = `/calendar/${'A'.repeat(43)}.ics`;
    const statuses = new Set<number>();
    for (let n = 0; n < 40; n += 1) statuses.add((await get(path)).status);
    expect([...statuses]).toEqual([404, 429]);
  });

  test('two made at once leave one', async () => {
    const paths = await Promise.all([openFeed(), openFeed(), openFeed()]);
    const { rows } = await test_.app.db.query('SELECT FROM calendar_feed WHERE "tenantId" = $1', [tenant.id]);
    expect(rows).toHaveLength(1);
    expect(new Set(paths).size).toBe(3);
  });
});
