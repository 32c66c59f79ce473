import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticate } from '../../../src/auth/authenticate.ts';
import { enterCalendar } from '../../../src/domain/calendar/feed.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { calendarText } from '../../support/calendar-text.ts';
import { deliverDue } from '../../support/deliver-due.ts';
import {
  CreateCalendarFeedDocument,
  CreateProjectDocument,
  CreateRecurrenceDocument,
  CreateReminderDocument,
  CreateTaskDocument,
  CreateWebhookDocument,
  GenerateNextOccurrenceDocument,
  RemoveMemberDocument,
  SkipOccurrenceDocument,
  UpdateRecurrenceDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { scopedPerson } from '../../support/scoped-person.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { exportNow } from '../../support/transfer-fixture.ts';

// What each kind of viewer is told by each way in which data leaves the API. A private project has a recurrence, and an
// occurrence of it was moved to a project that everybody sees. Another recurrence can be seen by everybody, and its newest
// occurrence was moved to the private project.

const rule = 'FREQ=DAILY;INTERVAL=17';
const due = { at: '2026-02-05T17:00:00Z' };
/** Nobody listens there. */
const webhookHost = '127.0.0.1:1';

let test_: TestApp;
let tenant: Tenant;
const kinds = ['owner', 'admin', 'insider', 'outsider', 'viewer', 'scoped'] as const;
type Kind = (typeof kinds)[number];
const people = {} as Record<Kind, Person>;
const ids = { cursor: '', private: '', open: '', series: '', moved: '', hiddenOccurrence: '' };

beforeAll(async () => {
  test_ = await createTestApp();
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
  const insider = await tenant.person('insider');
  Object.assign(people, {
    owner: tenant.alice,
    admin: await tenant.person('admin', 'ADMIN'),
    insider,
    outsider: await tenant.person('outsider'),
    viewer: await tenant.person('viewer', 'VIEWER'),
    scoped: await scopedPerson(test_.app, await tenant.person('scoped'), ['task:read']),
  });
  ids.cursor = (await insider.run<{ eventCursor: string }, object>('{ eventCursor }')).eventCursor;
  ids.private = await newProject('private', true);
  ids.open = await newProject('open', false);
  ids.series = await newSeries({ rule, task: { title: 'plan', projectId: ids.private } });
  ids.moved = await occurrenceOf(ids.series);
  await move(ids.moved, { projectId: ids.open, title: 'moved occurrence' });
  await insider.run(UpdateRecurrenceDocument, { input: { id: ids.series, title: 'hidden series' } });
  await insider.run(CreateWebhookDocument, { input: { url: `http://${webhookHost}/secret-path` } });
  await insider.run(CreateReminderDocument, {
    input: { taskId: ids.moved, trigger: 'BEFORE_1_HOUR', channel: 'WEBHOOK' },
  });
  for (const kind of kinds) await newCalendarSeries(kind);
  test_.clock.set('2026-02-05T16:00:00Z');
  await deliverDue(test_.app);
  await insider.run(CreateTaskDocument, { input: { title: end, projectId: ids.open } });
});
afterAll(() => test_[Symbol.asyncDispose]());

async function newProject(name: string, isPrivate: boolean): Promise<string> {
  return (await people.insider.run(CreateProjectDocument, { input: { name, isPrivate } })).createProject.project.id;
}

type NewSeries = {
  rule: string;
  task: { title: string; projectId?: string; assigneeId?: string };
  generateAhead?: number;
};

async function newSeries({ task, ...series }: NewSeries): Promise<string> {
  const input = { task: { ...task, due }, preset: 'CUSTOM', ...series } as const;
  return (await people.insider.run(CreateRecurrenceDocument, { input })).createRecurrence.recurrence.id;
}

async function occurrencesOf(id: string): Promise<string[]> {
  type Read = { recurrence: { openTasks: { id: string }[] } };
  const read = 'query ($id: ID!) { recurrence(id: $id) { openTasks { id } } }';
  return (await people.insider.run<Read, object>(read, { id })).recurrence.openTasks.map((task) => task.id);
}

const occurrenceOf = async (id: string) => (await occurrencesOf(id))[0] ?? '';

async function move(id: string, change: object): Promise<void> {
  await people.insider.run(UpdateTaskDocument, { input: { id, ...change } });
}

const userOf = (kind: Kind) => encodeGlobalId('User', people[kind].viewer.userId);

/** A recurrence in the calendar of each, whose newest occurrence only the insider can see. */
async function newCalendarSeries(kind: Kind): Promise<void> {
  const task = { title: `series of ${kind}`, projectId: ids.open, assigneeId: userOf(kind) };
  const id = await newSeries({ rule: 'FREQ=DAILY;INTERVAL=3', task, generateAhead: 1 });
  const newest = (await occurrencesOf(id)).at(-1) ?? '';
  await move(newest, { assigneeId: null, projectId: ids.private, title: 'hidden occurrence' });
  if (kind === 'outsider') ids.hiddenOccurrence = newest;
}

/** What must not be told to everybody, as it would be seen. */
const secrets: Record<string, () => string> = {
  rule: () => rule,
  'title of the series': () => 'hidden series',
  'title of the occurrence': () => 'hidden occurrence',
  'link to the occurrence': () => ids.hiddenOccurrence,
  'host of the webhook': () => webhookHost,
  'reason of the failure': () => 'The server did not respond',
  'e-mail address': () => 'insider-',
};

async function toldBy(work: () => Promise<string>): Promise<string[] | string> {
  try {
    const text = await work();
    return Object.keys(secrets).filter((secret) => text.includes(secrets[secret]?.() ?? ''));
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const answered = (query: () => string) => async (person: Person) => JSON.stringify((await person.answer(query())).data);

/** The last of what happens, which everybody can see. */
const end = 'the end';

/** What a subscription tells of all that has happened. */
const streamed = (field: string, selection: string) => async (person: Person) => {
  const stream = await person.subscribe<{ payload: object }, object>(
    `subscription { payload: ${field}(after: "${ids.cursor}") { __typename ${selection} } }`,
  );
  let told = '';
  while (!told.includes(end)) {
    const next = await stream.next();
    if (next.done) break;
    told += JSON.stringify(next.value.payload);
  }
  await stream.return?.();
  return told;
};

const ofMoved = 'recurrence { title rule }';
const ways: Record<string, (person: Person) => Promise<string>> = {
  task: answered(() => `{ task(id: "${ids.moved}") { title ${ofMoved} creator { email } reminders { lastError } } }`),
  tasks: answered(() => `{ tasks { nodes { id title ${ofMoved} } } }`),
  recurrence: answered(() => `{ recurrence(id: "${ids.series}") { title rule } }`),
  node: answered(() => `{ node(id: "${ids.series}") { ... on Recurrence { title rule } } }`),
  'recurrences of the task': answered(() => `{ recurrences(filter: { taskId: "${ids.moved}" }) { nodes { rule } } }`),
  activity: answered(() => `{ task(id: "${ids.moved}") { activity { nodes { changes { before after } } } } }`),
  'own settings': answered(() => '{ me { webhook { url } } }'),
  'event log': answered(() => `{ events(first: 200) { nodes { type before after } } }`),
  'changes of tasks': streamed(
    'taskChanged',
    `... on TaskLeft { taskId } ... on TaskChanged { task { title ${ofMoved} creator { name } } }`,
  ),
  'new events': streamed('eventAppended', '... on Event { type before after }'),
  export: (person) => exportNow(test_, person, { format: 'JSON', filter: { projectId: ids.open } as never }),
  'export as CSV': (person) => exportNow(test_, person, { format: 'CSV', filter: { projectId: ids.open } as never }),
  calendar: async (person) => {
    const text = await calendarText({ app: test_.app, viewer: person.viewer, requestId: 'test' });
    return text.replaceAll('\r\n ', '');
  },
};

const ofSeries = ['rule', 'title of the series'];
const toEach = (told: readonly string[] | string) => Object.fromEntries(kinds.map((kind) => [kind, told]));
/** The whole log is for whoever has event:read, but for what no event has. */
const wholeLog = [...ofSeries, 'title of the occurrence', 'reason of the failure'];

/** What each is told; nothing if they are not named. */
const told: Record<string, Partial<Record<Kind, readonly string[] | string>>> = {
  task: {
    ...toEach(['e-mail address']),
    insider: [...ofSeries, 'reason of the failure', 'e-mail address'],
    // The scopes of the token leave member:read out.
    scoped: [],
  },
  tasks: { insider: [...ofSeries, 'title of the occurrence', 'link to the occurrence'] },
  recurrence: { insider: ofSeries },
  node: { insider: ofSeries },
  'recurrences of the task': { insider: ['rule'] },
  'own settings': { insider: ['host of the webhook'] },
  'event log': { owner: wholeLog, admin: wholeLog },
  'new events': { ...toEach('FORBIDDEN'), owner: wholeLog, admin: wholeLog },
  // That a task is no longer visible is told with its id to whoever could see it before.
  'changes of tasks': { ...toEach(['link to the occurrence']), insider: [...ofSeries, 'title of the occurrence'] },
  // The insider is the assignee of a task in it.
  export: { ...toEach(['e-mail address']), insider: [...ofSeries, 'e-mail address'], scoped: 'FORBIDDEN' },
  'export as CSV': { ...toEach(['e-mail address']), insider: ['rule', 'e-mail address'], scoped: 'FORBIDDEN' },
  calendar: { insider: ofSeries },
};

describe.each(Object.entries(ways))('%s', (name, work) => {
  test.each(kinds)('tells the %s what they may read', async (kind) => {
    expect(await toldBy(() => work(people[kind]))).toEqual(told[name]?.[kind] ?? []);
  });
});

describe('a mutation answers what its caller can see', () => {
  test('skipping an occurrence does not show a hidden recurrence', async () => {
    const { outsider, insider } = people;
    const skip = async (by: Person, taskId: string) =>
      (await by.run(SkipOccurrenceDocument, { taskId })).skipOccurrence;
    const skipped = await skip(outsider, ids.moved);
    expect(skipped).toMatchObject({ task: { title: 'moved occurrence' }, recurrence: null });
    const undo = 'mutation ($changeId: ID!) { undo(changeId: $changeId) { tasks { title } recurrences { rule } } }';
    expect(await outsider.run(undo, { changeId: skipped.changeId })).toEqual({
      undo: { tasks: [{ title: 'moved occurrence' }], recurrences: [] },
    });
    expect(await skip(insider, ids.moved)).toMatchObject({ recurrence: { rule } });
  });

  test('the next occurrence is not shown to whom it is hidden from', async () => {
    const { insider, outsider } = people;
    const id = await newSeries({ rule, task: { title: 'my own' } });
    await move(await occurrenceOf(id), { assigneeId: userOf('outsider'), title: 'shared occurrence' });
    const next = async (by: Person) => (await by.run(GenerateNextOccurrenceDocument, { id })).generateNextOccurrence;
    expect(await next(outsider)).toMatchObject({ recurrence: { rule }, task: null });
    expect(await next(insider)).toMatchObject({ recurrence: { rule }, task: { title: 'my own' } });
  });
});

test('a former member is told nothing, by a token or by a calendar', async () => {
  const { app } = test_;
  const leaver = await tenant.person('leaver');
  type Created = { createToken: { token: string } };
  const create = 'mutation { createToken(input: { name: "mine" }) { token } }';
  const { token } = (await leaver.run<Created, object>(create)).createToken;
  const { url } = (await leaver.run(CreateCalendarFeedDocument)).createCalendarFeed;
  const enter = () => authenticate(app, { authorization: `Bearer ${token}`, tenant: undefined });
  const secret = /[\w-]{43}(?=\.ics$)/.exec(url ?? '')?.[0] ?? '';
  expect([(await enter()).userId, (await enterCalendar(app, secret))?.userId]).toEqual(
    Array.from({ length: 2 }, () => leaver.viewer.userId),
  );
  await tenant.alice.run(RemoveMemberDocument, { userId: encodeGlobalId('User', leaver.viewer.userId) });
  await expect(enter()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await enterCalendar(app, secret)).toBeNull();
});
