import type pg from 'pg';
import { deriveTokenKey, newToken } from '../../src/auth/tokens.ts';
import { newId } from '../../src/shared/ids.ts';

/** Who acts in the bench: the owner of a tenant that has tasks of other members too. */
export type Seeded = { tenantId: string; userId: string; token: string };

const people = 10;
const tasksPerPerson = 5_000;

const insertTasks = `
  INSERT INTO task (id, "tenantId", "creatorId", title, notes, status, priority, tags, "dueAt", "dueTimeZone", version, "createdAt", "updatedAt")
  SELECT gen_random_uuid(), $1, $2, 'Task number ' || n, repeat('Something to remember. ', 4), 'ACTIVE',
    (ARRAY['LOW', 'MEDIUM', 'HIGH', 'URGENT'])[1 + n % 4]::"Priority", ARRAY['home', 'tag' || n % 100],
    now() + n * interval '1 minute', 'Europe/Berlin', 1, now() - n * interval '1 second', now()
  FROM generate_series(1, $3::int) n`;

export async function seed(db: pg.Pool, masterKey: Buffer): Promise<Seeded> {
  const tenantId = newId();
  await db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [tenantId, 'Bench']);
  const userIds = Array.from({ length: people }, newId);
  for (const [index, userId] of userIds.entries()) await seedPerson(db, { tenantId, userId, index });
  const token = newToken(deriveTokenKey(masterKey));
  const userId = userIds[0] ?? '';
  await db.query(
    `INSERT INTO access_token (id, "tenantId", "userId", name, prefix, hash, scopes, "createdAt")
     VALUES ($1, $2, $3, 'bench', $4, $5, '{}', now())`,
    [newId(), tenantId, userId, token.prefix, token.hash],
  );
  await db.query('VACUUM ANALYZE');
  return { tenantId, userId, token: token.text };
}

type Person = { tenantId: string; userId: string; index: number };

async function seedPerson(db: pg.Pool, { tenantId, userId, index }: Person): Promise<void> {
  const email = `person${index}@example.test`;
  await db.query(
    `INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt") VALUES ($1, $2, $2, 'UTC', now(), now())`,
    [userId, email],
  );
  await db.query(`INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, 'OWNER', now())`, [
    tenantId,
    userId,
  ]);
  await db.query(insertTasks, [tenantId, userId, tasksPerPerson]);
}
