import { expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { reminderWork } from '../../../src/domain/reminders/work.ts';
import { scan } from '../../../src/domain/work/work.ts';
import { insertReminders } from '../../support/insert-reminders.ts';
import { plansOf } from '../../support/plans.ts';
import { type Statement, statementsOf } from '../../support/statements.ts';
import { createTestApp } from '../../support/test-app.ts';
import { workContext } from '../../support/work.ts';

/** So many tasks, and for each a reminder of the coming years; every second one was sent. */
const count = 50_000;

test('the scan reads what is due by an index, however many reminders there are', async () => {
  await using test_ = await createTestApp();
  const { db } = test_.app;
  const { id, alice } = await test_.tenant();
  await db.query(
    `INSERT INTO task (id, "tenantId", "creatorId", title, status, priority, tags, version, "createdAt", "updatedAt")
     SELECT gen_random_uuid(), $1, $2, 'task ' || n, 'ACTIVE', 'MEDIUM', '{}', 1, now(), now()
     FROM generate_series(1, ${count}) n`,
    [id, alice.viewer.userId],
  );
  await db.query(
    `INSERT INTO reminder (id, "tenantId", "taskId", "userId", trigger, channel, status, "remindAt", "nextAttemptAt",
       attempts, "sentAt", version, "createdAt", "updatedAt")
     SELECT gen_random_uuid(), "tenantId", id, "creatorId", 'ABSOLUTE', 'EMAIL',
       CASE WHEN isSent THEN 'SENT' ELSE 'PENDING' END::"ReminderStatus", moment, CASE WHEN NOT isSent THEN moment END,
       0, CASE WHEN isSent THEN moment END, 1, now(), now()
     FROM (SELECT *, n % 2 = 0 AS isSent, now() + n * interval '1 minute' AS moment
           FROM (SELECT *, row_number() OVER () AS n FROM task) numbered) made`,
  );
  await db.query('ANALYZE reminder');
  const statement = await takingStatement(test_.app);
  const [due] = statement.values as [Date];
  const later = [new Date(due.getTime() + 3_600_000)];
  for (const plan of await plansOf(db, { ...statement, values: later })) expect(plan).not.toContain('Seq Scan');
});

test('the rows of a tenant that has its share of the queue are not read, however many are due', async () => {
  await using test_ = await createTestApp();
  const { app } = test_;
  const { db } = app;
  const [flooder, others] = [await test_.tenant(), await Promise.all([1, 2, 3].map(() => test_.tenant()))];
  await insertReminders(db, flooder.alice.viewer, { count: 20_000, at: `now() - interval '1 hour'` });
  for (const { alice } of others) await insertReminders(db, alice.viewer, { count: 2, at: 'now()' });
  await db.query('ANALYZE reminder');
  test_.clock.advance(60_000);
  const takenOf = async (tenantId: string) =>
    (await db.query('SELECT FROM reminder WHERE "tenantId" = $1 AND "leaseExpiresAt" IS NOT NULL', [tenantId]))
      .rowCount;

  // The flooder is first in time and has no share yet, and the others are taken all the same.
  const statement = await takingStatement(app);
  expect(await takenOf(flooder.id)).toBe(250);
  for (const { id } of others) expect(await takenOf(id)).toBe(2);

  for (const { alice } of others) await insertReminders(db, alice.viewer, { count: 2, at: 'now()' });
  expect(await rowsRead(statement)).toBeLessThan(3_000);
  for (const { id } of others) expect(await takenOf(id)).toBe(4);

  /** Runs the statement. */
  async function rowsRead({ text, values }: Statement): Promise<number> {
    const { rows } = await db.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...values]);
    return readBy(rows[0]['QUERY PLAN'][0].Plan);
  }
});

/** Scans, and gives the statement that took the reminders. */
async function takingStatement(app: App): Promise<Statement> {
  const statements = await statementsOf(() => scan(workContext(app), reminderWork));
  const taking = statements.find(({ name }) => name === 'take-due-reminder');
  if (!taking) throw new Error('The scan should take reminders.');
  return taking;
}

type Plan = {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
};

/** The rows of tables that a plan looked at. */
function readBy(plan: Plan): number {
  const { 'Node Type': type, 'Actual Rows': rows, 'Actual Loops': loops, 'Rows Removed by Filter': removed = 0 } = plan;
  const own = /Scan$/.test(type) && !/CTE|Subquery|Function|WorkTable/.test(type) ? (rows + removed) * loops : 0;
  return own + (plan.Plans ?? []).reduce((sum, part) => sum + readBy(part), 0);
}
