import { expect, test } from 'vitest';
import { reminderWork } from '../../../src/domain/reminders/work.ts';
import { plansOf } from '../../support/plans.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp } from '../../support/test-app.ts';
import { scanNow } from '../../support/work.ts';

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
  const [statement] = await statementsOf(() => scanNow(test_.app, reminderWork));
  if (statement?.name !== 'take-due-reminder')
    throw new Error('The first statement of the scan should take reminders.');
  const [due] = statement.values as [Date];
  const later = [new Date(due.getTime() + 3_600_000)];
  for (const plan of await plansOf(db, { ...statement, values: later })) expect(plan).not.toContain('Seq Scan');
});
