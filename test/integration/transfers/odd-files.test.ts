import { afterAll, beforeAll, expect, test } from 'vitest';
import { TasksDocument } from '../../support/operations.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';
import { importNow } from '../../support/transfer-fixture.ts';

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

type Content = string | Buffer;

async function importFile(format: 'CSV' | 'JSON', content: Content) {
  const { alice } = await test_.tenant();
  const state = await importNow(test_, alice, { format, content });
  const { nodes } = (await alice.run(TasksDocument, { orderBy: { field: 'CREATED', direction: 'ASC' } })).tasks;
  return { state, tasks: nodes.map(({ title, notes }) => [title, notes]) };
}

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const megabytes = (count: number) => 'x'.repeat(count * 1_000_000);

test.each<[string, 'CSV' | 'JSON', Content, (string | null)[][]]>([
  ['a byte order mark before JSON', 'JSON', '\ufeff[{"title":"a"}]', [['a', null]]],
  ['a byte order mark before a quoted header', 'CSV', '\ufeff"title","notes"\r\na,b\r\n', [['a', 'b']]],
  ['semicolons, said by a first line of its own', 'CSV', 'sep=;\r\ntitle;notes\r\na;"b,c"\r\n', [['a', 'b,c']]],
  ['a separator that the header would not tell', 'CSV', 'sep=;\ntitle\na,b\n', [['a,b', null]]],
  ['semicolons after empty lines', 'CSV', '\r\n\r\ntitle;notes\r\na;b\r\n', [['a', 'b']]],
  ['commas within a quoted header of semicolons', 'CSV', '"x,y,z";title;notes\n1;a;b\n', [['a', 'b']]],
  [
    'newlines of every kind within quotes',
    'CSV',
    'title,notes\r\na,"1\r\n2\n3\r4"\r\nb,\r\n',
    [
      ['a', '1\r\n2\n3\r4'],
      ['b', null],
    ],
  ],
  ['a header and no rows', 'CSV', 'title,notes\r\n', []],
  ['an array without entries', 'JSON', ' [ ]\n', []],
  ['JSON over many lines with CRLF', 'JSON', '[\r\n  {\r\n    "title": "a"\r\n  }\r\n]\r\n', [['a', null]]],
])('a file with %s is read', async (_, format, content, wanted) => {
  const { state, tasks } = await importFile(format, content);
  expect(state).toMatchObject({ status: 'SUCCEEDED', total: wanted.length, failed: 0, error: null });
  expect(tasks).toEqual(wanted);
});

test.each<[string, 'CSV' | 'JSON', Content, RegExp]>([
  ['nothing', 'CSV', '', /^The file is empty\.$/],
  ['nothing but empty lines', 'CSV', '\ufeff\r\n \r\n', /^The file is empty\.$/],
  ['nothing, as JSON', 'JSON', '', /^The file is empty\.$/],
  ['nothing but spaces, as JSON', 'JSON', ' \n ', /^The file is empty\.$/],
  [
    'no header',
    'CSV',
    'a,b\nc,d\n',
    /^The first line must have the names of the columns .* The column title is required/,
  ],
  ['one column twice', 'CSV', 'title,notes,notes\na,b,c\n', /^The file has the column notes twice/],
  [
    'a row of 5 MB',
    'CSV',
    `title\na\n"${megabytes(5)}"\n`,
    /^The row that starts on line 3 is longer than 200,000 characters/,
  ],
  [
    'a quote that is never closed',
    'CSV',
    `title\na\n"${'b\n'.repeat(200_000)}`,
    /^The row that starts on line 3 .* a quote that is not closed/,
  ],
  ['UTF-16', 'CSV', utf16('title\na\n'), /not UTF-8/],
  [
    'JSON that breaks off in the third entry',
    'JSON',
    '[{"title":"a"},{"title":"b"},{"tit',
    /not a JSON array: after entry 2 /,
  ],
  ['a comma too many', 'JSON', '[{"title":"a"},]', /not a JSON array: after entry 1 /],
  ['an object for each line', 'JSON', '{"title":"a"}\n{"title":"b"}\n', /must be an array of objects/],
  ['something after the array', 'JSON', '[{"title":"a"}]{}', /not a JSON array/],
])('a file with %s is refused as a whole, with the reason', async (_, format, content, message) => {
  const { state, tasks } = await importFile(format, content);
  expect(state).toMatchObject({ status: 'FAILED', done: 0, error: { code: 'INVALID_INPUT' } });
  expect(state.error?.message).toMatch(message);
  expect(tasks).toEqual([]);
});

test('an entry of 5 MB is refused by itself', async () => {
  const { state, tasks } = await importFile(
    'JSON',
    JSON.stringify([{ title: 'a' }, { title: megabytes(5) }, { title: 'b' }]),
  );
  expect(state).toMatchObject({ status: 'SUCCEEDED', done: 3, failed: 1 });
  expect(state.rowErrors.nodes).toMatchObject([{ line: 2, faults: [{ column: 'title' }] }]);
  expect(tasks.map(([title]) => title)).toEqual(['a', 'b']);
});

test('a cell that nests without an end is refused by itself', async () => {
  const deep = `[{"title":"a","comments":${'['.repeat(50_000)}${']'.repeat(50_000)}},{"title":"b"}]`;
  const { state, tasks } = await importFile('JSON', deep);
  expect(state).toMatchObject({ status: 'SUCCEEDED', failed: 1 });
  expect(tasks).toEqual([['b', null]]);
});
