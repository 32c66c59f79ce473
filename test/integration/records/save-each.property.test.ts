import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeAsSystem } from '../../../src/domain/records/change.ts';
import { saveEach } from '../../../src/domain/records/save-each.ts';
import { saveIfCurrent } from '../../../src/domain/records/save-records.ts';
import { type ReminderChange, reminderRecords } from '../../../src/domain/reminders/store.ts';
import type { Reminder } from '../../../src/generated/prisma/client.ts';
import { insertReminders } from '../../support/insert-reminders.ts';
import { createTestApp, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test_ = await createTestApp();
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
});
afterAll(() => test_[Symbol.asyncDispose]());

async function newReminders(count: number): Promise<Reminder[]> {
  const made = await insertReminders(test_.app.db, tenant.alice.viewer, { count, at: 'now()' });
  return Promise.all(made.map(({ id }) => read(id)));
}

async function read(id: string): Promise<Reminder> {
  const text = `SELECT ${reminderRecords.columns} FROM reminder WHERE id = $1`;
  const { rows } = await test_.app.db.query<Reminder>(text, [id]);
  return rows[0] as Reminder;
}

/** The record and its events, without what differs between two records. */
async function outcomeOf({ id }: Reminder) {
  const { taskId, leaseExpiresAt, ...row } = await read(id);
  const text = `SELECT type, "actorId", "requestId", "occurredAt", before, after FROM event WHERE "objectId" = $1 ORDER BY id`;
  const { rows: events } = await test_.app.db.query(text, [id]);
  const shown = JSON.stringify({ row, isLeased: leaseExpiresAt !== null, events });
  return JSON.parse(shown.replaceAll(id, 'its id').replaceAll(taskId, 'its task'));
}

const saveTogether = (changing: { before: Reminder; changes: ReminderChange[]; taskVersion?: number }[]) =>
  saveEach(
    test_.app,
    reminderRecords,
    changing.map((one) => ({ ...one, requestId: 'a test' })),
  );

const date = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((drawn) => drawn.replaceAll('\0', ''));
const outcome: fc.Arbitrary<ReminderChange> = fc.oneof(
  fc.record({
    event: fc.constant('reminder.sent' as const),
    changes: fc.record({ sentAt: date, lastError: fc.constant(null) }),
  }),
  fc.record({ event: fc.constant('reminder.failed' as const), changes: fc.record({ lastError: text }) }),
  fc.record({
    event: fc.constant('reminder.deferred' as const),
    changes: fc.record({ nextAttemptAt: date, lastError: text }),
  }),
);
const sending: ReminderChange = { event: 'reminder.sending', changes: { attempts: 1 } };
const deferred: ReminderChange = {
  event: 'reminder.deferred',
  changes: { nextAttemptAt: new Date('2026-02-04T10:01:00Z'), lastError: 'It was refused.' },
};

test('records that are saved together end as if each had been saved alone, with the same events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 8 }), async (outcomes) => {
      const created = test_.clock.now();
      const [together, alone] = [await newReminders(outcomes.length), await newReminders(outcomes.length)];
      for (const [index, one] of together.entries()) Object.assign(alone[index] as Reminder, pick(one));
      await alignRows(together, alone);
      await saveTogether(
        outcomes.map((last, index) => ({ before: together[index] as Reminder, changes: [sending, last] })),
      );
      for (const [index, last] of outcomes.entries()) {
        const acting = { app: test_.app, tenantId: tenant.id, requestId: 'a test' };
        await changeAsSystem(acting, async (tx) => {
          const claimed = await saveIfCurrent(tx, reminderRecords, alone[index] as Reminder, sending);
          await saveIfCurrent(tx, reminderRecords, claimed, last);
          return {};
        });
      }
      expect(test_.clock.now()).toEqual(created);
      for (const [index, one] of together.entries()) {
        expect(await outcomeOf(one)).toEqual(await outcomeOf(alone[index] as Reminder));
      }
    }),
    { numRuns: 20 },
  );
});

const pick = ({ remindAt, nextAttemptAt, createdAt, updatedAt }: Reminder) => ({
  remindAt,
  nextAttemptAt,
  createdAt,
  updatedAt,
});

/** Twins were inserted at slightly different times. */
async function alignRows(from: readonly Reminder[], to: readonly Reminder[]): Promise<void> {
  await test_.app.db.query(
    `UPDATE reminder SET "remindAt" = twin."remindAt", "nextAttemptAt" = twin."nextAttemptAt",
       "createdAt" = twin."createdAt", "updatedAt" = twin."updatedAt"
     FROM unnest($1::uuid[], $2::uuid[]) AS pair(id, twin) JOIN reminder twin ON twin.id = pair.twin
     WHERE reminder.id = pair.id`,
    [to.map(({ id }) => id), from.map(({ id }) => id)],
  );
}

describe('a record is not written, and the others are,', () => {
  async function isLeftAlone(disturb: (reminder: Reminder) => Promise<AsyncDisposable | null>, taskVersion = 1) {
    const [first, disturbed, last] = (await newReminders(3)) as [Reminder, Reminder, Reminder];
    await using _ = await disturb(disturbed);
    const saved = await saveTogether(
      [first, disturbed, last].map((before) => ({ before, changes: [sending], taskVersion })),
    );
    expect(saved.map((row) => row?.status ?? null)).toEqual(['SENDING', null, 'SENDING']);
    expect((await read(first.id)).leaseExpiresAt).not.toBeNull();
    expect((await outcomeOf(disturbed)).events).toEqual([]);
  }
  const query = async (statement: string, values: unknown[]) => {
    await test_.app.db.query(statement, values);
    return null;
  };
  const locked = async (statement: string, id: string) => {
    const client = await test_.app.db.connect();
    await client.query('BEGIN');
    await client.query(statement, [id]);
    return {
      [Symbol.asyncDispose]: async () => {
        await client.query('ROLLBACK');
        client.release();
      },
    };
  };

  test('if it has another version', () =>
    isLeftAlone(({ id }) => query('UPDATE reminder SET version = 2 WHERE id = $1', [id])));

  test('if its task has another version', () =>
    isLeftAlone(({ taskId }) => query('UPDATE task SET version = 2 WHERE id = $1', [taskId])));

  test('if it is locked', () => isLeftAlone(({ id }) => locked('SELECT FROM reminder WHERE id = $1 FOR UPDATE', id)));

  test('if its task is locked', () =>
    isLeftAlone(({ taskId }) => locked('SELECT FROM task WHERE id = $1 FOR UPDATE', taskId)));
});

test('of two states of a record in one statement, only the current one is written, with its events', async () => {
  const [current] = (await newReminders(1)) as [Reminder];
  const [claimed] = (await saveTogether([{ before: current, changes: [sending] }])) as [Reminder];
  const [again] = (await saveTogether([{ before: claimed, changes: [deferred] }])) as [Reminder];
  const [sent] = (await saveTogether([{ before: again, changes: [sending] }])) as [Reminder];
  const outcomes = await saveTogether([
    { before: claimed, changes: [deferred] },
    { before: sent, changes: [{ event: 'reminder.sent', changes: { sentAt: test_.clock.now() } }] },
    { before: claimed, changes: [deferred] },
  ]);
  expect(outcomes.map((row) => row?.status ?? null)).toEqual([null, 'SENT', null]);
  const { row, events } = await outcomeOf(sent);
  expect(row).toMatchObject({ status: 'SENT', version: 5 });
  expect(events.map(({ type }: { type: string }) => type)).toEqual([
    'reminder.sending',
    'reminder.deferred',
    'reminder.sending',
    'reminder.sent',
  ]);
});
