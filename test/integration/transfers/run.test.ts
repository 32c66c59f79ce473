import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transferWork } from '../../../src/domain/transfers/work.ts';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { numberedHead } from '../../support/log.ts';
import {
  CancelTransferDocument,
  CreateTaskDocument,
  StartExportDocument,
  StartImportDocument,
  TasksDocument,
  TransferDocument,
  TransfersDocument,
  TransferUpdatedDocument,
  UndoDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import {
  exportNow,
  fileOf,
  goneAfter,
  importNow,
  read,
  runNow,
  upload,
  uuidOf,
} from '../../support/transfer-fixture.ts';
import { until } from '../../support/until.ts';
import { scanNow } from '../../support/work.ts';

let test_: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
});
afterAll(() => test_[Symbol.asyncDispose]());

const rowsOf = (count: number, word = 'row') =>
  `title\n${Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('')}`;

async function titlesOf({ viewer }: Person): Promise<string[]> {
  const text = 'SELECT title FROM task WHERE "creatorId" = $1 AND "deletedAt" IS NULL ORDER BY id';
  return (await test_.app.db.query<{ title: string }>(text, [viewer.userId])).rows.map(({ title }) => title);
}

async function chunksOf(id: string): Promise<number> {
  const text = 'SELECT FROM transfer_chunk WHERE "transferId" = $1';
  return (await test_.app.db.query(text, [uuidOf(id)])).rows.length;
}

const expireLeases = () => test_.app.db.query(`UPDATE transfer SET "leaseExpiresAt" = now() WHERE status = 'RUNNING'`);
const nobodyWaits = () => test_.app.db.query('DELETE FROM transfer');

describe('an import', () => {
  test('of 10,000 rows tells its progress, and ends its subscription', async () => {
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'CSV', content: rowsOf(10_000) });
    const source = await anna.subscribe(TransferUpdatedDocument, { id });
    expect((await source.next()).value.transferUpdated.__typename).toBe('StreamReady');
    await runNow(test_, id);
    const seen: object[] = [];
    for await (const { transferUpdated } of source) {
      if (transferUpdated.__typename === 'TransferChanged') seen.push(transferUpdated.transfer);
    }
    const running = { status: 'RUNNING', failed: 0, total: 10_000 };
    expect(seen.slice(-52)).toEqual(
      [
        { ...running, done: 0, total: null },
        { ...running, done: 0 },
        ...Array.from({ length: 50 }, (_, n) => ({ ...running, done: (n + 1) * 200 })),
        { ...running, status: 'SUCCEEDED', done: 10_000 },
      ].slice(-52),
    );
    expect(await titlesOf(anna)).toHaveLength(10_000);
  });

  test('gives who comes late its end, and nothing more to who has had it', async () => {
    const anna = await tenant.person('anna');
    const { id } = await importNow(test_, anna, { format: 'CSV', content: rowsOf(1) });
    await numberedHead(test_.app);
    const items: string[] = [];
    let cursor = '';
    for await (const { transferUpdated } of await anna.subscribe(TransferUpdatedDocument, { id })) {
      items.push(transferUpdated.__typename);
      cursor = transferUpdated.cursor;
    }
    expect(items).toEqual(['StreamReady', 'TransferChanged']);
    for await (const { transferUpdated } of await anna.subscribe(TransferUpdatedDocument, { id, after: cursor })) {
      expect(transferUpdated.__typename).toBe('StreamReady');
    }
  });

  test.each([1, 2, 3, 4])('goes on where a worker was lost after %i steps, each row once', async (steps) => {
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'CSV', content: rowsOf(700) });
    await expect(runNow(test_, id, goneAfter(steps))).rejects.toThrow('gone');
    expect(await read(anna, id)).toMatchObject({ status: 'RUNNING', done: Math.max(0, steps - 1) * 200 });
    await runNow(test_, id);
    expect((await read(anna, id)).done, 'A lease that holds is left alone.').toBe(Math.max(0, steps - 1) * 200);
    await expireLeases();
    await runNow(test_, id);
    expect(await read(anna, id)).toMatchObject({ status: 'SUCCEEDED', done: 700, total: 700 });
    const titles = await titlesOf(anna);
    expect(new Set(titles).size).toBe(700);
    expect(titles).toHaveLength(700);
  });

  test('by two workers at once, one of which has lost its lease, makes each row once', async () => {
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'CSV', content: rowsOf(2_000) });
    const zombie = runNow(test_, id);
    await until(async () => (await read(anna, id)).done > 0);
    await expireLeases();
    await Promise.all([zombie, runNow(test_, id)]);
    expect(await read(anna, id)).toMatchObject({ status: 'SUCCEEDED', done: 2_000 });
    expect(await titlesOf(anna)).toHaveLength(2_000);
  });

  test('is given back by a process that stops, and is free at once', async () => {
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'CSV', content: rowsOf(300) });
    // Such an end of an attempt is no failure.
    for (let stop = 0; stop < 5; stop += 1) await runNow(test_, id, AbortSignal.abort());
    expect(await read(anna, id)).toMatchObject({ status: 'RUNNING', done: 0 });
    await runNow(test_, id);
    expect(await read(anna, id)).toMatchObject({ status: 'SUCCEEDED', done: 300 });
  });

  test('that is cancelled stops, keeps what it has made, and drops its file', async () => {
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'CSV', content: rowsOf(5_000) });
    const run = runNow(test_, id);
    await until(async () => (await read(anna, id)).done > 0);
    const { transfer } = (await anna.run(CancelTransferDocument, { id })).cancelTransfer;
    await run;
    expect(transfer).toMatchObject({ status: 'CANCELLED', finishedAt: expect.any(String) });
    expect(transfer.done).toBeLessThan(5_000);
    expect(await titlesOf(anna)).toHaveLength(transfer.done);
    expect(await chunksOf(id)).toBe(0);
    expect((await anna.refused(CancelTransferDocument, { id })).code).toBe('CONFLICT');
  });

  test('fails when its user may not do it any more, at the next step', async () => {
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'CSV', content: rowsOf(600) });
    await expect(runNow(test_, id, goneAfter(2))).rejects.toThrow('gone');
    await expireLeases();
    await test_.app.db.query(`UPDATE membership SET role = 'VIEWER' WHERE "userId" = $1`, [anna.viewer.userId]);
    await runNow(test_, id);
    expect(await read(anna, id)).toMatchObject({ status: 'FAILED', done: 200, error: { code: 'FORBIDDEN' } });
    expect(await titlesOf(anna)).toHaveLength(200);
  });

  test('is taken back change by change', async () => {
    const anna = await tenant.person('anna');
    const { id } = await importNow(test_, anna, { format: 'CSV', content: `${rowsOf(250)}kept: ${'x'.repeat(500)}\n` });
    const { changeIds, failed } = await read(anna, id);
    expect([changeIds.length, failed]).toEqual([2, 1]);
    for (const changeId of changeIds) await anna.run(UndoDocument, { changeId });
    expect(await titlesOf(anna)).toEqual([]);
  });

  test('that gets nowhere again and again fails', async () => {
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'CSV', content: rowsOf(1) });
    await test_.app.db.query('UPDATE transfer_chunk SET content = $2 WHERE "transferId" = $1', [
      uuidOf(id),
      Buffer.from(''),
    ]);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await expect(runNow(test_, id)).rejects.toThrow('ends at byte 0');
      await expireLeases();
    }
    await runNow(test_, id);
    const message = 'The file could not be read: two attempts ended before its end. Nothing was imported.';
    expect(await read(anna, id)).toMatchObject({ status: 'FAILED', error: { code: 'UNAVAILABLE', message } });
  });
});

describe('an export', () => {
  const titles = (file: string) => (JSON.parse(file) as { title: string }[]).map(({ title }) => title);

  test('has what its user sees and the filter means, in the order of making, in steps that survive a worker', async () => {
    const anna = await tenant.person('anna');
    const bob = await tenant.person('bob');
    await importNow(test_, anna, { format: 'CSV', content: rowsOf(2_300, 'mine') });
    await bob.run(CreateTaskDocument, { input: { title: 'of bob' } });
    const input = { format: 'JSON', filter: { text: 'mine' } } as const;
    const { transfer } = (await anna.run(StartExportDocument, { input })).startExport;
    expect(transfer).toMatchObject({ status: 'QUEUED', total: 2_300, done: 0 });
    await expect(runNow(test_, transfer.id, goneAfter(2))).rejects.toThrow('gone');
    expect(await read(anna, transfer.id)).toMatchObject({ status: 'RUNNING', done: 2_000 });
    await anna.run(CreateTaskDocument, { input: { title: 'mine, but too late' } });
    await expireLeases();
    await runNow(test_, transfer.id);
    const file = await fileOf(test_, anna, transfer.id);
    expect(titles(file)).toEqual(Array.from({ length: 2_300 }, (_, n) => `mine ${n}`));
    const state = await read(anna, transfer.id);
    expect(state).toMatchObject({ status: 'SUCCEEDED', done: 2_300, total: 2_300, bytes: Buffer.byteLength(file) });
  });

  test('takes every filter that a list takes', async () => {
    const anna = await tenant.person('anna');
    await importNow(test_, anna, { format: 'CSV', content: 'title,due\na,2026-03-01\nb,2026-03-02\nc,2026-03-03\n' });
    const day = { dueFrom: '2026-03-02T12:00:00Z', dueBefore: '2026-03-03T12:00:00Z' };
    const filter = { or: [day, { not: { hasDue: true } }] };
    expect(titles(await exportNow(test_, anna, { format: 'JSON', filter: filter as never }))).toEqual(['b']);
  });

  test.each([
    ['JSON', '[\n]\n'],
    [
      'CSV',
      '"id","parent","title","notes","status","priority","tags","due","dueTimeZone","assignee","project","projectId","completedAt","recurrence","createdAt","updatedAt"\r\n',
    ],
  ] as const)('of nothing is a file all the same: %s', async (format, file) => {
    expect(await exportNow(test_, await tenant.person('anna'), { format })).toBe(file);
  });

  test('fails when its user has left', async () => {
    const anna = await tenant.person('anna');
    const input = { format: 'CSV' } as const;
    const { id } = (await anna.run(StartExportDocument, { input })).startExport.transfer;
    await test_.app.db.query('UPDATE membership SET "removedAt" = now() WHERE "userId" = $1', [anna.viewer.userId]);
    await runNow(test_, id);
    const { rows } = await test_.app.db.query('SELECT status, "errorCode" FROM transfer WHERE id = $1', [uuidOf(id)]);
    expect(rows).toEqual([{ status: 'FAILED', errorCode: 'FORBIDDEN' }]);
  });
});

describe('transfers', () => {
  const input = { format: 'CSV' } as const;
  const start = async (person: Person) => (await person.run(StartExportDocument, { input })).startExport.transfer.id;

  test('are one at a time for each user', async () => {
    const anna = await tenant.person('anna');
    const id = await start(anna);
    expect((await anna.refused(StartImportDocument, { input })).code).toBe('CONFLICT');
    await anna.run(CancelTransferDocument, { id });
    await start(anna);
  });

  test('run two at a time for each tenant', async () => {
    await nobodyWaits();
    const crowd = await test_.tenant();
    const [one, two, three] = await Promise.all(['a', 'b', 'c'].map((name) => crowd.person(name)));
    const ids = [await start(one as Person), await start(two as Person), await start(three as Person)];
    for (const id of ids.slice(0, 2)) await expect(runNow(test_, id, goneAfter(0))).rejects.toThrow('gone');
    await runNow(test_, ids[2] as string);
    expect(await read(three as Person, ids[2] as string)).toMatchObject({ status: 'QUEUED' });
    await expireLeases();
    await runNow(test_, ids[2] as string);
    expect(await read(three as Person, ids[2] as string)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('run one at a time for each tenant while another waits that has none', async () => {
    await nobodyWaits();
    const [crowd, others] = [await test_.tenant(), await test_.tenant()];
    const [one, two] = await Promise.all(['a', 'b'].map((name) => crowd.person(name)));
    const ids = [await start(one as Person), await start(two as Person)] as const;
    const waiting = await start(await others.person('c'));
    await expect(runNow(test_, ids[0], goneAfter(0))).rejects.toThrow('gone');
    await runNow(test_, ids[1]);
    expect(await read(two as Person, ids[1])).toMatchObject({ status: 'QUEUED' });
    await runNow(test_, waiting);
    await runNow(test_, ids[1]);
    expect(await read(two as Person, ids[1])).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('are listed to their user alone, the newest first, and the ten newest are kept', async () => {
    const anna = await tenant.person('anna');
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      ids.unshift(await start(anna));
      await runNow(test_, ids[0] as string);
    }
    await scanNow(test_.app, transferWork);
    const first = (await anna.run(TransfersDocument, { first: 3 })).transfers;
    const rest = (await anna.run(TransfersDocument, { after: first.pageInfo.endCursor })).transfers;
    expect([...first.nodes, ...rest.nodes].map(({ id }) => id)).toEqual(ids.slice(0, 10));
    const bob = await tenant.person('bob');
    expect((await bob.run(TransfersDocument)).transfers.nodes).toEqual([]);
  });

  test('are removed a week after their end; an import without a file fails after an hour', async () => {
    const anna = await tenant.person('anna');
    const bob = await tenant.person('bob');
    const done = await start(anna);
    await runNow(test_, done);
    const waiting = (await bob.run(StartImportDocument, { input })).startImport.transfer.id;
    test_.clock.advance(3_599_000);
    await runNow(test_, waiting);
    expect(await read(bob, waiting)).toMatchObject({ status: 'AWAITING_CONTENT' });
    test_.clock.advance(2_000);
    await runNow(test_, waiting);
    expect(await read(bob, waiting)).toMatchObject({ status: 'FAILED' });
    test_.clock.advance(7 * 24 * 3_600_000 - 3_700_000);
    await scanNow(test_.app, transferWork);
    expect(await read(anna, done)).toMatchObject({ status: 'SUCCEEDED' });
    test_.clock.advance(3_700_000);
    await until(async () => {
      await scanNow(test_.app, transferWork);
      return (await chunksOf(done)) === 0;
    });
    expect((await anna.refused(TransferDocument, { id: done })).code).toBe('NOT_FOUND');
  });

  test('are run by the queue', async () => {
    await using _workers = await startWorkers(test_.app);
    const anna = await tenant.person('anna');
    const { id } = await upload(test_, anna, { format: 'JSON', content: '[{"title":"by the queue"}]' });
    await until(async () => (await read(anna, id)).status === 'SUCCEEDED');
    expect((await anna.run(TasksDocument, {})).tasks.nodes).toMatchObject([{ title: 'by the queue' }]);
  });

  test('need the permission for what they do', async () => {
    const viewer = await tenant.person('vera', 'VIEWER');
    expect((await viewer.refused(StartImportDocument, { input })).code).toBe('FORBIDDEN');
    await start(viewer);
    const { filter } = { filter: { assigneeId: 'nonsense' } };
    const refused = await viewer.refused(StartExportDocument, { input: { ...input, filter } });
    expect(refused.fields).toMatchObject([{ path: ['input', 'filter', 'assigneeId'] }]);
  });
});
