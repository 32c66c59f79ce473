import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectCostBelow } from '../../support/attack.ts';
import { type MeasuredServer, openMeasuredServer } from '../../support/measured-server.ts';
import { importByHttp } from '../../support/transfers-by-http.ts';

let worker: MeasuredServer;
let url: string;
beforeAll(async () => {
  worker = await openMeasuredServer({ entry: 'worker' });
  url = (await worker.start('api')).url;
});
afterAll(() => worker[Symbol.asyncDispose]());

const megabytes = (count: number, text: string) => text.repeat(count * (1_000_000 / text.length));
const five = (text: string) => megabytes(5, text);
const commented = (comment: object) => JSON.stringify([{ title: 'a', comments: Array(10_000).fill(comment) }]);
const unread = { status: 'FAILED', code: 'INVALID_INPUT', total: null };
const refused = { status: 'SUCCEEDED', failed: 1, done: 1 };
const read = { status: 'SUCCEEDED', failed: 0 };
const tooManyRows = { ...unread, message: expect.stringContaining('more than 500,000 rows') };

test.each<[string, 'CSV' | 'JSON', string, object]>([
  ['brackets', 'JSON', five('['), unread],
  ['braces', 'JSON', five('{"a":'), unread],
  ['one list of empty objects', 'JSON', `[[${five('{},')}0]]`, refused],
  ['one entry with a million keys', 'JSON', `[{${five('"a":0,')}"b":1}]`, refused],
  ['one text', 'JSON', `[{"title":"${five('x')}"}]`, refused],
  ['one number', 'JSON', `[{"title":"a","id":${five('9')}}]`, read],
  ['tiny entries', 'JSON', `[${five('0,')}0]`, tooManyRows],
  ['10,000 comments', 'JSON', commented({ text: 'a word and '.repeat(40) }), read],
  ['10,000 faulty comments', 'JSON', commented({ text: '', createdAt: 'never', author: 7 }), refused],
  [
    'long notes',
    'JSON',
    JSON.stringify(Array(250).fill({ title: 'a', notes: 'some ＝ words"\n'.repeat(1_400) })),
    read,
  ],
  ['one row', 'CSV', `title\n"${five('x')}"\n`, unread],
  ['one row of empty values', 'CSV', `title\n${five(',')}\n`, unread],
  ['a million columns', 'CSV', `title${five(',aaaa')}\n`, unread],
  ['empty lines', 'CSV', `title\n${five('\n')}`, tooManyRows],
  ['a quote that is not closed', 'CSV', `title\n"${five('a\n')}`, unread],
])(
  'a file of %s ends in a clear state, and no slice of the main thread is long',
  async (_, format, content, wanted) => {
    const caller = await worker.person('MEMBER');
    const file = { url, caller, format, content };
    const limits = { longestSliceMs: 20, heapMb: 80 };
    const result = await expectCostBelow(worker, limits, () => importByHttp(worker.db, file));
    expect(result).toMatchObject(wanted);
  },
);

test('faulty rows are imported as fast as others, and their faults are bounded', async () => {
  const caller = await worker.person('MEMBER');
  const reminders = Array(9).fill({ trigger: 'x'.repeat(5_000), channel: 1, timeOfDay: {} });
  const entry = { title: '', tags: [1], due: {}, status: 'x'.repeat(5_000), ['x'.repeat(5_000)]: 1, reminders };
  const content = JSON.stringify(
    Array(1_500)
      .fill({ ...entry, comments: [{ text: 1 }, {}, { text: '' }] })
      .slice(0, 200),
  );
  const file = { url, caller, format: 'JSON', content } as const;
  const result = await expectCostBelow(worker, { longestSliceMs: 20 }, () => importByHttp(worker.db, file));
  expect(result).toMatchObject({ status: 'SUCCEEDED', failed: 200 });
  const { rows } = await worker.db.query('SELECT max(length(faults::text))::int AS longest FROM transfer_row_error');
  expect(rows[0].longest).toBeLessThan(6_000);
});

test('text after closing quotes costs no more after a long row', async () => {
  const caller = await worker.person('MEMBER');
  const rows = megabytes(2, `${'"a"b,'.repeat(999)}"a"b\n`);
  const content = `title\n${'x'.repeat(190_000)}\n${rows}`;
  const file = { url, caller, format: 'CSV', content } as const;
  const limits = { cpuMs: 5_000, longestSliceMs: 20 };
  const result = await expectCostBelow(worker, limits, () => importByHttp(worker.db, file));
  expect(result).toMatchObject({ status: 'SUCCEEDED', failed: 401, done: 401 });
});

test('the same file again and again has the same end, and the worker goes on', async () => {
  const caller = await worker.person('MEMBER');
  for (let time = 0; time < 5; time += 1) {
    const hostile = { url, caller, format: 'JSON', content: five('[') } as const;
    expect(await importByHttp(worker.db, hostile)).toMatchObject(unread);
  }
  const good = { url, caller, format: 'JSON', content: '[{"title":"a"}]' } as const;
  expect(await importByHttp(worker.db, good)).toMatchObject(read);
});
