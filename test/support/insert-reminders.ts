import type pg from 'pg';

/** Whose tasks and reminders they are. */
type Owner = { tenantId: string; userId: string };

type Reminders = {
  count: number;
  /** SQL of the moment of the `n`th, such as `now()`. */
  at: string;
  channel?: 'EMAIL' | 'WEBHOOK';
};

const insert = (at: string) => `
  WITH made AS (
    INSERT INTO task (id, "tenantId", "creatorId", title, status, priority, tags, "dueAt", "dueTimeZone", version, "createdAt",
      "updatedAt")
    SELECT gen_random_uuid(), $1, $2, 'Task to remember ' || n, 'ACTIVE', 'MEDIUM', '{}', ${at}, 'UTC', 1, now(), now()
    FROM generate_series(1, $3::int) n
    RETURNING id, "tenantId", "creatorId", "dueAt"
  )
  INSERT INTO reminder (id, "tenantId", "taskId", "userId", trigger, channel, status, "remindAt", "nextAttemptAt", attempts,
    version, "createdAt", "updatedAt")
  SELECT gen_random_uuid(), "tenantId", id, "creatorId", 'AT_DUE', $4, 'PENDING', "dueAt", "dueAt", 0, 1, now(), now()
  FROM made
  RETURNING id, "taskId"`;

/** Puts reminders straight into the tables, each at the due of a task of its own, without events. */
export async function insertReminders(
  db: pg.Pool,
  { tenantId, userId }: Owner,
  { count, at, channel = 'EMAIL' }: Reminders,
): Promise<{ id: string; taskId: string }[]> {
  const { rows } = await db.query<{ id: string; taskId: string }>(insert(at), [tenantId, userId, count, channel]);
  return rows;
}
