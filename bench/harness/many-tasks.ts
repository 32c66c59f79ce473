import type pg from 'pg';
import { newId } from '../../src/shared/ids.ts';
import { seedPerson } from './seed.ts';
import { inventTexts, type Texts } from './words.ts';
import { openWorldBeside, type World } from './world.ts';

/** A database of ten tenants, with so many tasks in the one that the bench calls as. */
export type TasksWorld = World & { projectIds: string[] };

const tenants = 10;
const people = 10;
const projects = 50;
const privateProjects = 5;
const tasksOfOthers = 1_000;
/** About so many tasks, however many there are, have this word and this tag. */
const rare = 50;
export const rareWord = 'xylophone';

export async function openTasksWorld(world: World, tasks: number): Promise<TasksWorld & AsyncDisposable> {
  const beside = await openWorldBeside(world, `tasks_${tasks}`);
  const { db, seeded } = beside;
  const texts = inventTexts();
  const tenant = await addPeopleAndProjects(db, seeded);
  await withoutIndexes(db, async (client) => {
    await insertTasks(client, { ...tenant, texts, tasks });
    for (let other = 1; other < tenants; other += 1) {
      await insertTasks(client, { ...(await addTenant(db)), texts, tasks: tasksOfOthers });
    }
  });
  await db.query('VACUUM ANALYZE');
  return { ...beside, projectIds: tenant.projectIds };
}

type Tenant = { tenantId: string; userIds: string[]; projectIds: string[] };

async function addTenant(db: pg.Pool): Promise<Tenant> {
  const tenantId = newId();
  await db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [tenantId, 'Another']);
  return addPeopleAndProjects(db, await seedPerson(db, tenantId));
}

/** The first person made the projects, and is a member of every second private one. */
async function addPeopleAndProjects(
  db: pg.Pool,
  { tenantId, userId }: { tenantId: string; userId: string },
): Promise<Tenant> {
  const userIds = [userId];
  while (userIds.length < people) userIds.push((await seedPerson(db, tenantId)).userId);
  const { rows } = await db.query<{ id: string }>(insertProjects, [tenantId, userId, projects, privateProjects]);
  await db.query(joinProjects, [tenantId, userId]);
  return { tenantId, userIds, projectIds: rows.map(({ id }) => id) };
}

const insertProjects = `
  INSERT INTO project (id, "tenantId", "creatorId", name, color, "isPrivate", position, version, "createdAt", "updatedAt")
  SELECT gen_random_uuid(), $1, $2, 'Project ' || n, '#336699', n <= $4::int, n, 1, now(), now()
  FROM generate_series(1, $3::int) n ORDER BY n DESC
  RETURNING id`;
const joinProjects = `
  INSERT INTO project_member ("tenantId", "projectId", "userId")
  SELECT "tenantId", id, $2 FROM project WHERE "tenantId" = $1 AND "isPrivate" AND position::int % 2 = 0`;

/** A number below `below` that is random but the same each time, for the `n`th task and one purpose. */
const random = (purpose: number, below: number | string) =>
  `(1 + (hashint4(n + ${purpose} * 7919) & 2147483647) % ${below})`;
const sometimes = (purpose: number, oneIn: number, value: string) =>
  `CASE WHEN ${random(purpose, oneIn)} = 1 THEN ${value} END`;

/** Three years of tasks: one of fifty is open, four of five are in a project, seven of ten had or have a due. */
const insertTasksOf = `
  INSERT INTO task (id, "tenantId", "creatorId", "assigneeId", "projectId", title, notes, status, priority, tags, "dueAt",
    "dueTimeZone", version, "createdAt", "updatedAt", "completedAt", "deletedAt", "ownWords", "commentWords")
  SELECT uuidv7(made - now()), $1, ($2::uuid[])[${random(1, people)}], ${sometimes(2, 2, `($2::uuid[])[${random(3, people)}]`)},
    CASE WHEN ${random(4, 5)} > 1 THEN ($3::uuid[])[${random(5, projects)}] END,
    concat_ws(' ', ($5::text[])[text], n, rare), ($6::text[])[text], CASE WHEN open THEN 'ACTIVE' ELSE 'COMPLETED' END::"TaskStatus",
    (ARRAY['LOW', 'HIGH', 'URGENT', 'MEDIUM', 'MEDIUM', 'MEDIUM', 'MEDIUM'])[${random(6, 7)}]::"Priority",
    array_remove(ARRAY['tag' || ${random(7, 100)}, 'area' || ${random(8, 20)}, rare], NULL),
    due, CASE WHEN due IS NOT NULL THEN 'Europe/Berlin' END, 2, made, coalesce(done, made), done,
    ${sometimes(10, 100, 'coalesce(done, made)')},
    ($7::text[])[text]::tsvector || concat(n, ':5A ', rare || ':6A')::tsvector,
    coalesce(${sometimes(11, 5, `($8::text[])[${random(12, 4_000)}]::tsvector`)}, '')
  FROM generate_series(1, $4::int) n,
    LATERAL (SELECT ${random(13, 50)} = 1 AS open, now() - n * (interval '3 years' / $4::int) AS made, ${random(14, 4_000)} AS text,
      CASE WHEN ${random(9, `($4::int / ${rare})`)} = 1 THEN '${rareWord}' END AS rare) one,
    LATERAL (SELECT CASE WHEN NOT open THEN made + ${random(15, 200)} * interval '1 hour' END AS done) two,
    LATERAL (SELECT CASE WHEN ${random(16, 10)} <= 7
      THEN coalesce(done, now() - interval '30 days') + ${random(17, 1_440)} * interval '1 hour' END AS due) three`;

/** The comments whose words the tasks have, by who made the task. */
const insertComments = `
  INSERT INTO comment (id, "tenantId", "taskId", "authorId", text, version, "createdAt", words)
  SELECT gen_random_uuid(), "tenantId", id, "creatorId", said.text, 1, "createdAt", said.words::tsvector
  FROM task JOIN unnest($2::text[], $3::text[]) said(text, words) ON said.words::tsvector::text = "commentWords"::text
  WHERE "tenantId" = $1`;

async function insertTasks(
  client: pg.PoolClient,
  { tenantId, userIds, projectIds, texts, tasks }: Tenant & { texts: Texts; tasks: number },
): Promise<void> {
  const { titles, notes, comments, ownWords, commentWords } = texts;
  await client.query(insertTasksOf, [
    ...[tenantId, userIds, projectIds, tasks],
    ...[titles, notes, ownWords, commentWords],
  ]);
  await client.query(insertComments, [tenantId, comments, commentWords]);
}

/** Has tasks loaded as a restored dump is: first the rows, then the indexes. Foreign keys are not looked at. */
async function withoutIndexes(db: pg.Pool, load: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await db.connect();
  try {
    await client.query(`SET session_replication_role = replica`);
    await client.query(`SET maintenance_work_mem = '256MB'`);
    const { rows } = await client.query<{ name: string; definition: string }>(selectIndexes);
    for (const { name } of rows) await client.query(`DROP INDEX "${name}"`);
    await load(client);
    for (const { definition } of rows) await client.query(definition);
  } finally {
    client.release(true);
  }
}

const selectIndexes = `
  SELECT relname AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indrelid = 'task'::regclass AND NOT indisunique`;
