import ICAL from 'ical.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/infra/log/logger.ts';
import { startHttp } from '../../../src/server/http.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import {
  CreateCalendarFeedDocument,
  CreateRecurrenceDocument,
  CreateTaskDocument,
  type CreateTaskInput,
} from '../../support/operations.ts';
import { statementsOfAll } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

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
  test_.clock.set('2026-02-04T05:00:00Z');
  tenant = await test_.tenant();
  alice = tenant.alice;
});

async function openFeed(): Promise<string> {
  const { url } = (await alice.run(CreateCalendarFeedDocument)).createCalendarFeed;
  return new URL(url as string).pathname;
}

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init);

async function read(path: string) {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
  return { text, events };
}

async function createTask(input: CreateTaskInput): Promise<void> {
  await alice.run(CreateTaskDocument, { input });
}

describe('what a task has beside its due', () => {
  const alarmsOf = (event: ICAL.Event | undefined) =>
    (event?.component.getAllSubcomponents('valarm') ?? []).map((alarm) => {
      expect(alarm.getFirstPropertyValue('action')).toBe('DISPLAY');
      expect(alarm.getFirstPropertyValue('description')).toBe(event?.summary);
      return String(alarm.getFirstPropertyValue('trigger'));
    });

  test('is an alarm for each moment of a reminder of the viewer’s, and the link to its page', async () => {
    const bob = await tenant.person('bob');
    const assigneeId = encodeGlobalId('User', alice.viewer.userId);
    await bob.run(CreateTaskDocument, {
      input: {
        title: 'call',
        due: { at: '2026-02-05T17:00:00Z' },
        assigneeId,
        reminders: [{ trigger: 'BEFORE_1_DAY' }],
      },
    });
    const { tasks } = await alice.run<{ tasks: { nodes: { id: string }[] } }, object>('{ tasks { nodes { id } } }');
    const taskId = tasks.nodes[0]?.id as string;
    const remind = (input: object) =>
      alice.run('mutation ($input: CreateReminderInput!) { createReminder(input: $input) { changeId } }', {
        input: { taskId, ...input },
      } as never);
    await remind({ trigger: 'BEFORE_15_MIN', channel: 'EMAIL' });
    await remind({ trigger: 'BEFORE_15_MIN', channel: 'IN_APP' });
    await remind({ trigger: 'ABSOLUTE', at: '2026-02-05T08:00:00Z' });
    const [event] = (await read(await openFeed())).events;
    expect(alarmsOf(event)).toEqual(['2026-02-05T16:45:00Z', '2026-02-05T08:00:00Z']);
    expect(event?.component.getFirstPropertyValue('url')).toMatch(new RegExp(`^http.*/task/${taskId}$`));
  });

  test('changes the ETag, as a reminder that is cancelled does', async () => {
    await createTask({ title: 'a', due: { at: '2026-02-05T17:00:00Z' }, reminders: [{ trigger: 'AT_DUE' }] });
    const path = await openFeed();
    const etag = (await get(path)).headers.get('etag') as string;
    expect((await get(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const { reminders } = await alice.run<{ reminders: { nodes: { id: string }[] } }, object>(
      '{ reminders { nodes { id } } }',
    );
    await alice.run('mutation ($id: ID!) { cancelReminder(id: $id) { changeId } }', {
      id: reminders.nodes[0]?.id,
    } as never);
    expect((await get(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
    expect(alarmsOf((await read(path)).events[0])).toEqual([]);
  });

  test.each([
    ['a time', { at: '2026-02-05T17:00:00Z' }, ['PT0S', '-PT20M', '-P1D']],
    ['a whole day', { date: '2026-02-05' }, ['PT540M', 'PT520M', '-PT990M']],
  ] as const)('goes with the dates to come of a series, relative to %s', async (_, due, triggers) => {
    const reminders = [
      { trigger: 'AT_DUE' },
      { trigger: 'CUSTOM', offsetMinutes: 20 },
      { trigger: 'BEFORE_1_DAY', timeOfDay: '07:30' },
    ] as const;
    const task = { title: 'again', due, reminders: [...reminders] };
    await alice.run(CreateRecurrenceDocument, { input: { task, preset: 'DAILY' } });
    const { events } = await read(await openFeed());
    const series = events.find(({ uid }) => uid.startsWith('series-'));
    expect(alarmsOf(series)).toEqual(triggers);
    expect(series?.component.getFirstPropertyValue('url')).toMatch(/\/task\//);
  });
});

describe('a large calendar', () => {
  /** Straight into the table: making each by itself would take minutes. */
  const insertMany = (count: number, notes: string) =>
    test_.app.db.query(
      `INSERT INTO task (id, "tenantId", "creatorId", title, notes, status, priority, tags, "dueAt", "dueTimeZone", version,
         "createdAt", "updatedAt")
       SELECT gen_random_uuid(), $1, $2, 'task ' || n, $4, 'ACTIVE', 'LOW', '{}', timestamptz '2026-02-05' + n * interval '1 minute',
         'UTC', 1, now(), now() FROM generate_series(1, $3::int) n`,
      [tenant.id, alice.viewer.userId, count, notes],
    );

  test('of 20,000 tasks is whole, and compressed for who takes that', async () => {
    await insertMany(20_000, 'notes');
    const path = await openFeed();
    const answer = await get(path, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('vary')).toContain('accept-encoding');
    const etag = answer.headers.get('etag') as string;
    const text = await answer.text();
    expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(20_000);
    expect(text).not.toContain('only the first');
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    const plain = await get(path, { headers: { 'accept-encoding': 'identity', 'if-none-match': etag } });
    expect(plain.status).toBe(304);
    const whole = await get(path, { headers: { 'accept-encoding': 'identity' } });
    expect(whole.headers.get('content-encoding')).toBeNull();
    expect(await whole.text()).toBe(text);
  });

  test('says that it is cut, at its beginning and where its tasks end', async () => {
    await insertMany(20_002, '');
    const text = await (await get(await openFeed())).text();
    expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(20_001);
    // The reader takes minutes for all of it, so it is given the beginning and the last two events.
    const parts = text.split(/(?=BEGIN:VEVENT)/);
    const calendar = new ICAL.Component(ICAL.parse([parts[0], ...parts.slice(-2)].join('')));
    const [before, last] = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
    // It reads properties that it does not know as they stand.
    const description = String(calendar.getFirstPropertyValue('x-wr-caldesc')).replaceAll('\\,', ',');
    expect(description).toContain('This calendar has only the first 20,000 tasks, ordered by due date.');
    expect(last?.summary).toContain('this calendar ends here');
    expect(last?.description).toBe(description);
    expect(last?.startDate.toJSDate()).toEqual(new Date(Date.UTC(2026, 1, 5) + 20_001 * 60_000));
    expect(before?.summary).toBe('task 20000');
  });

  test('is read no faster than it is taken, so that memory does not grow with it', async () => {
    await insertMany(10_000, 'x'.repeat(10_000));
    const path = await openFeed();
    let taken = 0;
    const statements = await statementsOfAll(async (sent) => {
      const pieces = () => sent.filter(({ name }) => name === 'calendar-tasks').length;
      const answer = await get(path, { headers: { 'accept-encoding': 'identity' } });
      const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
      taken += (await reader.read()).value?.length ?? 0;
      // What the sockets hold fills up, and then nothing more is read.
      let [before, still] = [-1, 0];
      await until(() => {
        still = pieces() === before ? still + 1 : 0;
        before = pieces();
        return before > 0 && still > 25;
      });
      expect(pieces()).toBeLessThan(25);
      for (let part = await reader.read(); !part.done; part = await reader.read()) taken += part.value.length;
    });
    expect(statements.filter(({ name }) => name === 'calendar-tasks')).toHaveLength(50);
    expect(taken).toBeGreaterThan(100_000_000);
  });

  test('that breaks off is no whole calendar', async () => {
    await insertMany(5_000, 'x'.repeat(10_000));
    const path = await openFeed();
    const answer = await get(path, { headers: { 'accept-encoding': 'identity' } });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await test_.app.db.query('ALTER TABLE task RENAME TO task_gone');
    try {
      const rest = async () => {
        while (!(await reader.read()).done);
      };
      await expect(rest()).rejects.toThrow();
    } finally {
      await test_.app.db.query('ALTER TABLE task_gone RENAME TO task');
    }
    expect(logged.join()).toContain('A calendar feed could not be sent completely.');
  });
});
