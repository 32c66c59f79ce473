import type { Reminder, Task, User } from '../../generated/prisma/client.ts';
import type { Database } from '../../infra/postgres/database.ts';
import { taskRecords } from '../tasks/store.ts';
import { taskSight } from '../tasks/visibility.ts';
import { reminderRecords } from './store.ts';

/** Who is reminded, and how they are reached. */
export type Recipient = Pick<User, 'id' | 'name' | 'email' | 'wantsReminderMails'> & {
  webhookId: string | null;
  webhookUrl: string | null;
};

/** An open reminder, its task, and its user, if they are a member and can see the task. */
type FoundReminder = { reminder: Reminder; task: Task; recipient: Recipient | null };

const recipientFields = ['id', 'name', 'email', 'wantsReminderMails'] as const;

const select = `
  SELECT ${named('reminder', reminderRecords.readFields)}, ${named('task', taskRecords.readFields)},
    ${named('user', recipientFields)}, webhook.id AS "user.webhookId", webhook.url AS "user.webhookUrl",
    "user".id IS NOT NULL AND ${taskSight.sql('reminder."userId"')} AS "isReached"
  FROM reminder
    JOIN task ON task."tenantId" = reminder."tenantId" AND task.id = reminder."taskId"
    LEFT JOIN membership ON membership."tenantId" = reminder."tenantId" AND membership."userId" = reminder."userId"
      AND membership."removedAt" IS NULL
    LEFT JOIN "user" ON "user".id = membership."userId"
    LEFT JOIN webhook ON webhook."tenantId" = reminder."tenantId" AND webhook."userId" = reminder."userId"
  WHERE reminder.id = ANY($1::uuid[]) AND reminder.status IN ('PENDING', 'SENDING')`;

/** Reads what is needed to deliver reminders, in one statement for any number of them. */
export async function readReminders(db: Database, ids: readonly string[]): Promise<FoundReminder[]> {
  const { rows } = await db.query<Record<string, unknown>>({ name: 'read-due-reminders', text: select, values: [ids] });
  return rows.map((row) => ({
    reminder: partOf<Reminder>(row, 'reminder'),
    task: partOf<Task>(row, 'task'),
    recipient: row.isReached ? partOf<Recipient>(row, 'user') : null,
  }));
}

/** The columns of one of several tables, named after it too. */
function named(table: string, fields: readonly string[]): string {
  return fields.map((field) => `"${table}"."${field}" AS "${table}.${field}"`).join(', ');
}

function partOf<Row>(row: Readonly<Record<string, unknown>>, table: string): Row {
  const fields = Object.entries(row).filter(([name]) => name.startsWith(`${table}.`));
  return Object.fromEntries(fields.map(([name, value]) => [name.slice(table.length + 1), value])) as Row;
}
