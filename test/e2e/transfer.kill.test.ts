import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ErrandProcess, spawnErrand } from '../support/process.ts';
import { createTestApp, type Person, type TestApp } from '../support/test-app.ts';
import { read, upload, uuidOf } from '../support/transfer-fixture.ts';
import { until } from '../support/until.ts';

let test_: TestApp;
let alice: Person;
beforeEach(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterEach(() => test_[Symbol.asyncDispose]());

function startWorker(): ErrandProcess {
  const { database, masterKey } = test_.app.config;
  return spawnErrand('worker', {
    env: { DATABASE_URL: database.url, ERRAND_MASTER_KEY: masterKey.toString('base64'), LOG_LEVEL: 'silent' },
  });
}

/** Enough that an import is still running when its worker is killed, twice. */
const rows = 20_000;
const tooLong = 'x'.repeat(501);
const isBad = (n: number) => n % 1_000 === 7;

test('a worker killed in the middle of an import: another goes on, each row is made once', async () => {
  const content = Array.from({ length: rows }, (_, n) => (isBad(n) ? `${tooLong}\n` : `row ${n}\n`)).join('');
  const { id } = await upload(test_, alice, { format: 'CSV', content: `title\n${content}` });
  for (let kills = 0, reached = 0; kills < 2; kills += 1) {
    await using worker = startWorker();
    await worker.ready();
    const beyond = async () => (await read(alice, id)).done > reached;
    await until(beyond, { what: 'progress' });
    worker.kill('SIGKILL');
    expect(await worker.ended).toEqual({ code: null, signal: 'SIGKILL' });
    const state = await read(alice, id);
    expect(state.status).toBe('RUNNING');
    reached = state.done;
  }
  await using worker = startWorker();
  await worker.ready();
  const end = async () => [await read(alice, id)].find(({ status }) => status === 'SUCCEEDED');
  const state = await until(end, { what: 'SUCCEEDED' });
  expect(state).toMatchObject({ total: rows, done: rows, failed: rows / 1_000 });
  const { rows: made } = await test_.app.db.query<{ title: string }>('SELECT title FROM task ORDER BY id');
  const wanted = Array.from({ length: rows }, (_, n) => n).filter((n) => !isBad(n));
  expect(made.map(({ title }) => title)).toEqual(wanted.map((n) => `row ${n}`));
  const events = await test_.app.db.query(`SELECT count(*)::int FROM event WHERE type = 'task.created'`);
  expect(events.rows).toEqual([{ count: wanted.length }]);
});

test('an import whose worker was killed twice while it read the file fails, and says so', async () => {
  const row = `a title,"${'x'.repeat(100)}"\n`;
  const { id } = await upload(test_, alice, { format: 'CSV', content: `title,notes\n${row.repeat(400_000)}` });
  for (let kills = 0; kills < 2; kills += 1) {
    await using worker = startWorker();
    await worker.ready();
    await until(async () => (await attemptsOf(id)) === kills + 1, { what: 'an attempt' });
    worker.kill('SIGKILL');
    await worker.ended;
    expect(await read(alice, id)).toMatchObject({ status: 'RUNNING', total: null });
  }
  await using worker = startWorker();
  await worker.ready();
  const end = async () => [await read(alice, id)].find(({ status }) => status !== 'RUNNING');
  expect(await until(end, { what: 'the end' })).toMatchObject({
    status: 'FAILED',
    done: 0,
    error: { code: 'UNAVAILABLE', message: expect.stringContaining('Nothing was imported.') },
  });
});

async function attemptsOf(id: string): Promise<number | undefined> {
  const { rows } = await test_.app.db.query<{ attempts: number }>('SELECT attempts FROM transfer WHERE id = $1', [
    uuidOf(id),
  ]);
  return rows[0]?.attempts;
}
