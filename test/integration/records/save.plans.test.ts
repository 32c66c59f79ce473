import { afterAll, beforeAll, expect, test } from 'vitest';
import { kinds } from '../../../src/domain/kinds/kinds.ts';
import { type Change, changeAsSystem } from '../../../src/domain/records/change.ts';
import type { Records } from '../../../src/domain/records/record-kind.ts';
import { saveEach } from '../../../src/domain/records/save-each.ts';
import { StaleRecordError, saveIfCurrent, writeRecords } from '../../../src/domain/records/save-records.ts';
import type { Kind } from '../../../src/events/contract.ts';
import { newId } from '../../../src/shared/ids.ts';
import { plansOf } from '../../support/plans.ts';
import { type Statement, statementsOf } from '../../support/statements.ts';
import { createTestApp, type TestApp } from '../../support/test-app.ts';

type Row = { tenantId: string; id: string; version: number };

let test_: TestApp;
let tenantId: string;
beforeAll(async () => {
  test_ = await createTestApp();
  tenantId = (await test_.tenant()).id;
});
afterAll(() => test_[Symbol.asyncDispose]());

/** The plan depends only on the columns; rows that have no others would not pass the rest of the declaration. */
function bare(kind: Kind): Records<Kind, Row> {
  const { beforeSave, afterSave, unread, normalise, transitions, ...records } = kinds[kind].records;
  return records as unknown as Records<Kind, Row>;
}

/** A record that is not stored, under every name that the key of a kind can have. */
function newRow(): Row {
  const id = newId();
  return { tenantId, id, version: 1, userId: id } as Row;
}

function unchanged() {
  const row = newRow();
  return { before: row, after: row };
}

async function statementOf(work: (tx: Change) => Promise<unknown>): Promise<Statement> {
  const acting = { app: test_.app, tenantId, requestId: 'a test' };
  return savedBy(() =>
    changeAsSystem(acting, async (tx) => ({ done: await work(tx) })).catch((error: unknown) => {
      if (!(error instanceof StaleRecordError)) throw error;
    }),
  );
}

async function savedBy(work: () => Promise<unknown>): Promise<Statement> {
  const statements = await statementsOf(work);
  const found = statements.find(({ name }) => name.startsWith('save-'));
  if (!found) throw new Error(`Nothing was saved: ${statements.map(({ name }) => name)}.`);
  return found;
}

const saveOne = (records: Records<Kind, Row>) => statementOf((tx) => writeRecords(tx, records, [unchanged()]));
const saveMany = (records: Records<Kind, Row>) =>
  statementOf((tx) => writeRecords(tx, records, Array.from({ length: 100 }, unchanged)));
const saveApart = (records: Records<Kind, Row>) =>
  savedBy(() =>
    saveEach(
      test_.app,
      records,
      Array.from({ length: 100 }, () => {
        const change = { event: records.created as never };
        return { before: newRow(), changes: [change], taskVersion: 1, requestId: 'a test' };
      }),
    ),
  );
const saveCurrent = (records: Records<Kind, Row>) =>
  statementOf((tx) => saveIfCurrent(tx, records, newRow(), { event: records.created as never }));

async function expectIndexed(records: Records<Kind, Row>, statement: Statement): Promise<void> {
  for (const plan of await plansOf(test_.app.db, statement)) {
    expect(plan).not.toMatch(new RegExp(`Seq Scan on "?${records.table.replaceAll('"', '')}\\b`));
  }
}

/** A new installation's tables are small, and a connection may keep the plan that is made for them. */
test.each((Object.keys(kinds) as Kind[]).filter((kind) => kinds[kind].records.changing.length > 0))(
  'in a new database, one %s is saved by its key',
  async (kind) => expectIndexed(bare(kind), await saveOne(bare(kind))),
);

test('among 20,000 tasks and reminders, one and many are saved by their keys', async () => {
  const { alice } = await test_.tenant();
  const { tenantId: tenant, userId } = alice.viewer;
  const { db } = test_.app;
  await db.query(
    `INSERT INTO task (id, "tenantId", "creatorId", title, status, priority, tags, version, "createdAt", "updatedAt")
     SELECT gen_random_uuid(), $1, $2, 'task', 'ACTIVE', 'MEDIUM', '{}', 1, now(), now() FROM generate_series(1, 20000)`,
    [tenant, userId],
  );
  await db.query(
    `INSERT INTO reminder (id, "tenantId", "taskId", "userId", trigger, channel, status, "remindAt", "sentAt", attempts, version,
       "createdAt", "updatedAt")
     SELECT gen_random_uuid(), "tenantId", id, "creatorId", 'ABSOLUTE', 'EMAIL', 'SENT', now(), now(), 0, 1, now(), now()
     FROM task`,
  );
  await db.query('VACUUM ANALYZE task, reminder');
  for (const records of [bare('task'), bare('reminder')]) {
    for (const save of [saveOne, saveMany, saveCurrent, saveApart]) await expectIndexed(records, await save(records));
  }
});
