import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import {
  CompleteTaskDocument,
  CreateCommentDocument,
  CreateRecurrenceDocument,
  type CreateRecurrenceInput,
  CreateTaskDocument,
  type CreateTaskInput,
  type ReminderInput,
  UndoDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { exportNow, goneAfter, importNow, read, runNow, upload } from '../../support/transfer-fixture.ts';

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

const sql = async <R>(text: string, values: unknown[]) => (await test_.app.db.query(text, values)).rows as R[];
const idOf = (person: Person) => person.viewer.userId;

/** What a tenant has, without ids, versions and when it was made. */
async function contentOf({ viewer: { tenantId } }: Person) {
  const tasks = await sql(
    `SELECT t.title, t.notes, t.status, t.priority, t.tags, t."dueAt", t."dueDate", t."dueTimeZone", t."completedAt",
      t."occurrenceAt", parent.title AS parent, project.name AS project, assignee.email AS assignee,
      r.title AS series, (SELECT count(*) FROM recurrence o WHERE o."tenantId" = $1 AND o.id < r.id) AS "seriesNumber",
      (SELECT jsonb_agg(jsonb_build_object('text', text, 'author', coalesce(c."originalAuthor", author.email),
          'createdAt', c."createdAt", 'editedAt', c."editedAt") ORDER BY c.id)
        FROM comment c JOIN "user" author ON author.id = c."authorId"
        WHERE c."taskId" = t.id AND c."deletedAt" IS NULL) AS comments,
      (SELECT jsonb_agg(jsonb_build_object('trigger', trigger, 'offset', "offsetMinutes", 'time', "timeOfDay",
          'channel', channel, 'at', CASE WHEN ended <> 'CANCELLED' THEN "remindAt" END, 'status', ended) ORDER BY m.id)
        FROM reminder m, LATERAL (
          -- A file has no status. Both come back alike when the task gives them a time again.
          SELECT CASE WHEN m.status = 'EXPIRED' AND t.status = 'COMPLETED' THEN 'CANCELLED' ELSE m.status::text END AS ended
        ) shown WHERE m."taskId" = t.id AND NOT m."isWithdrawn") AS reminders
     FROM task t LEFT JOIN task parent ON parent.id = t."parentId" LEFT JOIN project ON project.id = t."projectId"
       LEFT JOIN "user" assignee ON assignee.id = t."assigneeId" LEFT JOIN recurrence r ON r.id = t."recurrenceId"
     WHERE t."tenantId" = $1 AND t."deletedAt" IS NULL ORDER BY t.id`,
    [tenantId],
  );
  const series = await sql(
    `SELECT r.title, r.notes, r.priority, r.tags, r.status, r.preset, r.rule, r.start, r."isAllDay", r."timeZone", r.basis,
      r.missed, r."monthEnd", r."skipWeekends", r."generateAhead", r.made, r."madeBefore", r."reachedAt", r."checkAt",
      project.name AS project, assignee.email AS assignee
     FROM recurrence r LEFT JOIN project ON project.id = r."projectId" LEFT JOIN "user" assignee ON assignee.id = r."assigneeId"
     WHERE r."tenantId" = $1 ORDER BY r.id`,
    [tenantId],
  );
  return { tasks, series };
}

/** Another tenant with the same people and projects, as far as a file can name them. */
async function twinOf(people: readonly Person[]): Promise<Person> {
  const tenant = await test_.tenant();
  for (const person of people) {
    await sql('INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, $3, now())', [
      tenant.id,
      idOf(person),
      'MEMBER',
    ]);
  }
  for (const name of ['Home', 'Work']) await insertProject(test_.app, tenant.alice, { name });
  return tenant.alice;
}

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe');
const text = (maxLength: number) =>
  fc
    .string({ unit: fc.constantFrom(...'ab "\\\n\t,;{}[]üß語👩‍💻'), minLength: 1, maxLength })
    .filter((one) => /[^\s\p{C}\p{Z}]/u.test(one));
const moment = fc.date({ min: new Date('2030-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
const due = fc
  .record({ moment, timeZone: zone, isDay: fc.boolean() })
  .map(({ moment, timeZone, isDay }) =>
    isDay
      ? { dateInZone: { date: moment.toISOString().slice(0, 10), timeZone } }
      : { atInZone: { at: moment.toISOString(), timeZone } },
  );
const reminder: fc.Arbitrary<ReminderInput> = fc.oneof(
  fc.constantFrom<ReminderInput>(
    { trigger: 'AT_DUE', channel: 'IN_APP' },
    { trigger: 'BEFORE_1_DAY', channel: 'EMAIL', timeOfDay: '07:30' },
    { trigger: 'BEFORE_15_MIN' },
  ),
  fc.integer({ min: 1, max: 10_080 }).map((offsetMinutes) => ({ trigger: 'CUSTOM' as const, offsetMinutes })),
  moment.map((at) => ({ trigger: 'ABSOLUTE' as const, at: at.toISOString() })),
);
const content = fc.record({
  title: text(40),
  notes: fc.option(text(80)),
  tags: fc.uniqueArray(fc.constantFrom('home', 'a, b', 'ü'), { maxLength: 3 }),
  priority: fc.constantFrom('LOW', 'MEDIUM', 'HIGH', 'URGENT'),
  due,
  // One of a kind: of those of a task that is done, only one of a kind is exported.
  reminders: fc.uniqueArray(reminder, { maxLength: 3, selector: (one) => JSON.stringify(one) }),
});
const series = fc.record(
  {
    preset: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    interval: fc.integer({ min: 1, max: 3 }),
    ending: fc.constantFrom({}, { count: 5 }, { until: '2095-01-01' }),
    basis: fc.constantFrom('SCHEDULE', 'COMPLETION'),
    missed: fc.constantFrom('ONE', 'ALL', 'LATEST'),
    monthEnd: fc.constantFrom('SKIP', 'CLAMP'),
    skipWeekends: fc.boolean(),
    generateAhead: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: ['preset', 'ending'] },
);
const wanted = fc.record({
  content,
  series: fc.option(series),
  project: fc.constantFrom(null, 'Home', 'Work'),
  isOfBob: fc.boolean(),
  parts: fc.array(fc.record({ title: text(20), isDone: fc.boolean() }), { maxLength: 2 }),
  comments: fc.array(fc.record({ text: text(60), isOfBob: fc.boolean() }), { maxLength: 3 }),
  times: fc.integer({ min: 0, max: 2 }),
  isPaused: fc.boolean(),
});
type Wanted = typeof wanted extends fc.Arbitrary<infer T> ? T : never;

type World = { alice: Person; bob: Person; projects: Record<string, string> };

async function make({ alice, bob, projects }: World, one: Wanted): Promise<void> {
  const projectId = one.project && projects[one.project];
  const assigneeId = one.isOfBob ? encodeGlobalId('User', idOf(bob)) : null;
  const input = { ...one.content, projectId, assigneeId } as CreateTaskInput;
  let id: string;
  let series: string | null = null;
  if (one.series) {
    const { ending, ...rule } = one.series;
    const made = await alice.run(CreateRecurrenceDocument, {
      input: { task: input, ...rule, ...ending } as CreateRecurrenceInput,
    });
    series = made.createRecurrence.recurrence.id;
    id = await openOccurrence(alice, series);
  } else id = (await alice.run(CreateTaskDocument, { input })).createTask.task.id;
  for (const { isDone, title } of one.parts) {
    const part = await alice.run(CreateTaskDocument, { input: { title, parentId: id } });
    if (isDone) await alice.run(CompleteTaskDocument, { id: part.createTask.task.id });
  }
  for (const { text, isOfBob } of one.comments) {
    const seesIt = one.project !== null || one.isOfBob;
    await (isOfBob && seesIt ? bob : alice).run(CreateCommentDocument, { input: { taskId: id, text } });
  }
  for (let time = 0; time < one.times; time += 1) {
    if (series) id = await openOccurrence(alice, series);
    else if (time > 0) break;
    if (id) await alice.run(complete, { id });
  }
  if (series && one.isPaused && (await openOccurrence(alice, series))) {
    await alice.run('mutation ($id: ID!) { pauseRecurrence(id: $id) { changeId } }', { id: series });
  }
}

const complete = 'mutation ($id: ID!) { completeTask(id: $id, subtasks: LEAVE) { changeId } }';

async function openOccurrence(person: Person, seriesId: string): Promise<string> {
  const { recurrence } = await person.run<{ recurrence: { id: string } }, { id: string }>(
    'query ($id: ID!) { recurrence(id: $id) { id } }',
    { id: seriesId },
  );
  const [, uuid] = Buffer.from(recurrence.id, 'base64').toString().split(':');
  const [open] = await sql<{ id: string }>(
    `SELECT id FROM task WHERE "recurrenceId" = $1 AND status = 'ACTIVE' AND "deletedAt" IS NULL ORDER BY "occurrenceAt" LIMIT 1`,
    [uuid],
  );
  return open ? encodeGlobalId('Task', open.id) : '';
}

async function worldOf(tenant: Tenant): Promise<World> {
  const { alice } = tenant;
  const projects = {
    Home: await insertProject(test_.app, alice, { name: 'Home' }),
    Work: await insertProject(test_.app, alice, { name: 'Work' }),
  };
  return { alice, bob: await tenant.person('bob'), projects };
}

test('what is exported as JSON and imported elsewhere is equal: series, comments and reminders too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(wanted, { minLength: 1, maxLength: 4 }), async (all) => {
      const world = await worldOf(await test_.tenant());
      for (const one of all) await make(world, one);
      const file = await exportNow(test_, world.alice, { format: 'JSON' });
      const to = await twinOf([world.alice, world.bob]);
      const state = await importNow(test_, to, { format: 'JSON', content: file });
      expect(state.rowErrors.nodes).toEqual([]);
      expect(state).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
      expect(await contentOf(to)).toEqual(await contentOf(world.alice));
    }),
    { numRuns: 10 },
  );
});

describe('an import of JSON', () => {
  const json = (person: Person, entries: unknown) =>
    importNow(test_, person, { format: 'JSON', content: JSON.stringify(entries) });
  const weekly = { id: 's', rule: 'FREQ=WEEKLY', start: '2030-01-07', timeZone: 'UTC' };

  test('makes one series of all of its occurrences, also across steps', async () => {
    const { alice } = await test_.tenant();
    const day = (n: number) => new Date(Date.UTC(2030, 0, 7 + 7 * n)).toISOString().slice(0, 10);
    const entries = Array.from({ length: 450 }, (_, n) => ({
      title: `week ${n}`,
      status: n < 449 ? 'DONE' : 'ACTIVE',
      due: day(n),
      series: { ...weekly, occurrence: day(n), made: 450, reached: day(449) },
    }));
    const state = await json(alice, entries);
    expect(state).toMatchObject({ status: 'SUCCEEDED', failed: 0, done: 450 });
    const { tasks, series } = await contentOf(alice);
    expect(series).toMatchObject([{ title: 'week 0', made: 450, preset: 'CUSTOM', status: 'ACTIVE' }]);
    expect(tasks).toHaveLength(450);
    expect(await sql('SELECT FROM transfer_series', [])).toEqual([]);
    for (const changeId of state.changeIds) await alice.run(UndoDocument, { changeId });
    const left = await contentOf(alice);
    expect(left).toMatchObject({ tasks: [], series: [{ status: 'CANCELLED' }] });
  });

  const day = (n: number) => new Date(Date.UTC(2030, 0, 7 + 7 * n)).toISOString().slice(0, 10);
  /** A series of 450 weeks, done but for the last one, with a comment and a reminder of each. */
  const weeks = JSON.stringify(
    Array.from({ length: 450 }, (_, n) => ({
      title: `week ${n}`,
      status: n < 449 ? 'DONE' : 'ACTIVE',
      due: day(n),
      series: { ...weekly, occurrence: day(n), made: 450, reached: day(449), missed: 'ALL' },
      comments: [{ text: `comment ${n}` }],
      reminders: [{ trigger: 'AT_DUE', channel: 'IN_APP' }],
    })),
  );

  test.each([1, 2, 3, 4, 5])('goes on where a worker was lost after %i steps, each detail once', async (steps) => {
    const { alice } = await test_.tenant();
    const { id } = await upload(test_, alice, { format: 'JSON', content: weeks });
    await expect(runNow(test_, id, goneAfter(steps))).rejects.toThrow('gone');
    await sql(`UPDATE transfer SET "leaseExpiresAt" = now() WHERE "tenantId" = $1`, [alice.viewer.tenantId]);
    await runNow(test_, id);
    expect(await read(alice, id)).toMatchObject({ status: 'SUCCEEDED', done: 450, failed: 0 });
    const { tasks, series } = await contentOf(alice);
    expect(series).toMatchObject([{ status: 'ACTIVE', made: 450 }]);
    const details = (n: number) => ({
      title: `week ${n}`,
      comments: [{ text: `comment ${n}` }],
      reminders: [{ status: n < 449 ? 'CANCELLED' : 'PENDING' }],
    });
    expect(tasks).toMatchObject(Array.from({ length: 450 }, (_, n) => details(n)));
  });

  test('that is cancelled leaves its series paused, to be resumed', async () => {
    const { alice } = await test_.tenant();
    const { id } = await upload(test_, alice, { format: 'JSON', content: weeks });
    await expect(runNow(test_, id, goneAfter(2))).rejects.toThrow('gone');
    await alice.run('mutation ($id: ID!) { cancelTransfer(id: $id) { changeId } }', { id } as never);
    expect((await contentOf(alice)).series).toMatchObject([{ status: 'PAUSED' }]);
    const [series] = await sql<{ id: string }>('SELECT id FROM recurrence WHERE "tenantId" = $1', [
      alice.viewer.tenantId,
    ]);
    await alice.run('mutation ($id: ID!) { resumeRecurrence(id: $id) { changeId } }', {
      id: encodeGlobalId('Recurrence', series?.id ?? ''),
    } as never);
    const { tasks } = await contentOf(alice);
    expect(tasks).toHaveLength(201);
    expect(tasks.at(-1)).toMatchObject({ status: 'ACTIVE' });
  });

  test('gives a series whose open occurrence is not in the file its next one', async () => {
    const { alice } = await test_.tenant();
    const state = await json(alice, [
      { title: 'week', status: 'DONE', due: '2030-01-07', series: { ...weekly, occurrence: '2030-01-07' } },
    ]);
    const { tasks, series } = await contentOf(alice);
    expect(tasks).toMatchObject([
      { title: 'week', status: 'COMPLETED' },
      { title: 'week', status: 'ACTIVE' },
    ]);
    expect(series).toMatchObject([{ made: 2 }]);
    for (const changeId of state.changeIds) await alice.run(UndoDocument, { changeId });
    expect((await contentOf(alice)).tasks).toEqual([]);
  });

  test('names the path of what is wrong in an entry', async () => {
    const { alice } = await test_.tenant();
    const state = await json(alice, [
      { title: 'a', comments: [{ text: 'good' }, { text: '' }] },
      { title: 'b', comments: [{ text: 'x', createdAt: '2999-01-01T00:00:00Z' }] },
      { title: 'c', reminders: [{ trigger: 'ABSOLUTE' }] },
      { title: 'd', reminders: [{ trigger: 'AT_DUE', channel: 'WEBHOOK' }] },
      { title: 'e', series: { ...weekly, rule: 'FREQ=NEVER', occurrence: '2030-01-07' } },
      { title: 'f', series: { ...weekly, occurrence: 'soon' } },
      { title: 'g', series: { ...weekly, occurrence: '2030-01-07', project: 'None' } },
      { Name: 'h', Labels: ['good', 'x'.repeat(60)] },
      { title: 'i', series: { ...weekly, occurrence: '2030-01-07' } },
      { title: 'j', series: { ...weekly, occurrence: '2030-01-07' } },
      { title: 'k', comments: 'none', due: 'soon' },
      { title: 'l', comments: [{ text: 'x\u0000' }] },
      { title: 'm', state: 'waiting' },
      { notes: 'no title' },
    ]);
    expect(state.rowErrors.nodes.map(({ line, faults }) => [line, ...faults.map(({ column }) => column)])).toEqual([
      [1, 'comments[1].text'],
      [2, 'comments[0].createdAt'],
      [3, 'reminders[0].at'],
      [4, 'reminders[0].channel'],
      [5, 'series.rule'],
      [6, 'series.occurrence'],
      [7, 'series.project'],
      [8, 'Labels[1]'],
      [10, 'series.occurrence'],
      [11, 'comments', 'due'],
      [12, 'comments[0].text'],
      [13, 'state'],
      [14, null],
    ]);
  });

  test('keeps who wrote a comment beside its author, who is the importing user', async () => {
    const { alice } = await test_.tenant();
    const entry = { title: 'a', comments: [{ author: 'boss@example.test', text: 'Do it.' }] };
    await json(alice, [entry]);
    const { tasks } = await alice.run<{ tasks: { nodes: { comments: { nodes: object[] } }[] } }, object>(
      '{ tasks { nodes { comments { nodes { text originalAuthor author { id } } } } } }',
    );
    const author = { id: encodeGlobalId('User', idOf(alice)) };
    expect(tasks.nodes[0]?.comments.nodes).toEqual([{ text: 'Do it.', originalAuthor: 'boss@example.test', author }]);
    const [record] = JSON.parse(await exportNow(test_, alice, { format: 'JSON' }));
    expect(record.comments).toMatchObject([{ author: 'boss@example.test', text: 'Do it.' }]);
  });

  test('finds tasks by the words of their comments', async () => {
    const { alice } = await test_.tenant();
    await json(alice, [{ title: 'a', comments: [{ text: 'platypus' }] }, { title: 'b' }]);
    const { tasks } = await alice.run<{ tasks: { nodes: object[] } }, object>(
      '{ tasks(filter: { text: "platypus" }) { nodes { title } } }',
    );
    expect(tasks.nodes).toEqual([{ title: 'a' }]);
  });

  test('sends no reminder whose moment has passed, and keeps it for when the due moves', async () => {
    const { alice } = await test_.tenant();
    const reminders = [{ trigger: 'AT_DUE', channel: 'IN_APP' }];
    await json(alice, [{ title: 'past', due: '2020-01-01T10:00:00Z', reminders }]);
    expect((await contentOf(alice)).tasks).toMatchObject([{ reminders: [{ status: 'EXPIRED' }] }]);
    const [task] = await sql<{ id: string }>('SELECT id FROM task WHERE "tenantId" = $1', [alice.viewer.tenantId]);
    const input = { id: encodeGlobalId('Task', task?.id ?? ''), due: { at: '2040-01-01T10:00:00Z' } };
    await alice.run('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { changeId } }', { input });
    expect((await contentOf(alice)).tasks).toMatchObject([{ reminders: [{ status: 'PENDING' }] }]);
  });

  test('with reminders is refused to a token that may not make them', async () => {
    const { alice } = await test_.tenant();
    const scopes = new Set(['task:read', 'task:write'] as const);
    const { app } = test_;
    const { startImport } = await import('../../../src/domain/transfers/start-transfer.ts');
    const { takeContent } = await import('../../../src/domain/transfers/transfer-content.ts');
    const acting = { app, requestId: 'test', viewer: { ...alice.viewer, scopes } };
    const { transfer } = await startImport(acting, { input: { format: 'JSON' } });
    const file = [{ title: 'a', reminders: [{ trigger: 'ABSOLUTE', at: '2050-01-01T00:00:00Z' }] }, { title: 'b' }];
    async function* content() {
      yield Buffer.from(JSON.stringify(file));
    }
    await takeContent(acting, { id: transfer.id, content: content() });
    const id = encodeGlobalId('Transfer', transfer.id);
    await runNow(test_, id);
    expect(await read(alice, id)).toMatchObject({ status: 'SUCCEEDED', done: 2, failed: 1 });
    expect((await contentOf(alice)).tasks).toMatchObject([{ title: 'b' }]);
  });
});

describe('an export', () => {
  test('has no word of a series that its user does not see', async () => {
    const tenant = await test_.tenant();
    const { alice } = tenant;
    const bob = await tenant.person('bob');
    const secret = await insertProject(test_.app, alice, { name: 'Secret', isPrivate: true });
    const open = await insertProject(test_.app, alice, { name: 'Open' });
    const task = { title: 'again', due: { date: '2040-01-05' }, projectId: secret };
    const { recurrence } = (await alice.run(CreateRecurrenceDocument, { input: { task, preset: 'WEEKLY' } }))
      .createRecurrence;
    const id = await openOccurrence(alice, recurrence.id);
    const input = { id, projectId: open };
    await alice.run('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { changeId } }', { input });
    for (const format of ['CSV', 'JSON'] as const) {
      const file = await exportNow(test_, bob, { format });
      expect(file).toContain('again');
      expect(file).not.toMatch(/FREQ|Secret/);
      expect(await exportNow(test_, alice, { format })).toContain('FREQ=WEEKLY');
    }
  });

  test('has the reminders of its user alone', async () => {
    const tenant = await test_.tenant();
    const { alice } = tenant;
    const bob = await tenant.person('bob');
    const assigneeId = encodeGlobalId('User', idOf(bob));
    const reminders = [{ trigger: 'ABSOLUTE', at: '2050-01-01T00:00:00.000Z' } as const];
    await alice.run(CreateTaskDocument, { input: { title: 'ours', assigneeId, reminders } });
    const [ofAlice] = JSON.parse(await exportNow(test_, alice, { format: 'JSON' }));
    const [ofBob] = JSON.parse(await exportNow(test_, bob, { format: 'JSON' }));
    expect(ofAlice.reminders).toEqual([
      { trigger: 'ABSOLUTE', offsetMinutes: null, at: '2050-01-01T00:00:00.000Z', timeOfDay: null, channel: 'EMAIL' },
    ]);
    expect(ofBob).toMatchObject({ title: 'ours', reminders: [] });
  });
});
