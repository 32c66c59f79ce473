import type pg from 'pg';
import { newId } from '../../src/shared/ids.ts';

/** The statements of the ceilings, written by hand and prepared. They give and take the same columns as Errand's. */

const columns = [
  ...['id', 'tenantId', 'creatorId', 'assigneeId', 'title', 'notes', 'status', 'priority', 'tags', 'dueAt', 'dueDate'],
  ...['dueTimeZone', 'version', 'createdAt', 'updatedAt', 'completedAt', 'deletedAt'],
] as const;
const named = columns.map((column) => `"${column}"`).join(', ');

/** One more than a page has. As a literal, so that PostgreSQL keeps one plan, however many tasks there are. */
const limit = 51;

/** Of the one place where the measured tasks lie, by the index that has it in order. */
const newestOf = (status: string) => `
  (SELECT ${named} FROM task WHERE "tenantId" = $1 AND "creatorId" = $2 AND status = '${status}'
     AND "projectId" IS NULL AND "deletedAt" IS NULL ORDER BY "createdAt" DESC, id DESC LIMIT ${limit})`;

export const selectBareTasks = {
  name: 'bare-tasks',
  text: `SELECT * FROM (${newestOf('ACTIVE')} UNION ALL ${newestOf('COMPLETED')}) newest
    ORDER BY "createdAt" DESC, id DESC LIMIT ${limit}`,
};

const insertTask = `INSERT INTO task (${named}, "ownWords")
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')}, to_tsvector('simple', $5::text))`;

export type BareTask = { [Column in (typeof columns)[number]]: unknown };

type Author = { tenantId: string; userId: string };

export async function insertBareTask(client: pg.ClientBase, author: Author & { title: string }): Promise<BareTask> {
  const task = bareTask(author);
  await client.query({ name: 'bare-task', text: insertTask, values: columns.map((column) => task[column]) });
  return task;
}

export function bareTask({ tenantId, userId, title }: Author & { title: string }): BareTask {
  const now = new Date();
  return {
    ...{ id: newId(), tenantId, creatorId: userId, assigneeId: null, title, notes: null, status: 'ACTIVE' },
    ...{ priority: 'MEDIUM', tags: [], dueAt: null, dueDate: null, dueTimeZone: null, version: 1 },
    ...{ createdAt: now, updatedAt: now, completedAt: null, deletedAt: null },
  };
}

const insertEvent = `
  INSERT INTO event ("tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt", before, after)
  VALUES ($1, 'task.created', $2, $3, $4, $5, $6, NULL, $7)`;

type Logged = Author & { task: BareTask };

export async function insertBareEvent(db: pg.ClientBase | pg.Pool, { tenantId, userId, task }: Logged): Promise<void> {
  await db.query({
    name: 'bare-event',
    text: insertEvent,
    values: [tenantId, task.id, newId(), userId, newId(), task.createdAt, JSON.stringify(task)],
  });
}

const insertTasks = `INSERT INTO task (${named}, "ownWords")
  SELECT ${named}, to_tsvector('simple', title) FROM jsonb_populate_recordset(NULL::task, $1)`;

const insertEvents = `
  INSERT INTO event ("tenantId", type, "objectId", "changeId", "actorId", "requestId", "occurredAt", before, after)
  SELECT $1, 'task.created', (task ->> 'id')::uuid, $2, $3, $4, $5, NULL, task
  FROM unnest($6::jsonb[]) task`;

/** Many tasks and their events, by one statement for each of the two. */
export async function insertBareTasks(client: pg.ClientBase, author: Author, titles: readonly string[]): Promise<void> {
  const { tenantId, userId } = author;
  const tasks = titles.map((title) => bareTask({ ...author, title }));
  await client.query({ name: 'bare-tasks', text: insertTasks, values: [JSON.stringify(tasks)] });
  const events = tasks.map((task) => JSON.stringify(task));
  const values = [tenantId, newId(), userId, newId(), new Date(), events];
  await client.query({ name: 'bare-events', text: insertEvents, values });
}
