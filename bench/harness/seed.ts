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

/** The tenant that all rows share: ten people with tasks. */
export async function seed(db: pg.Pool, masterKey: Buffer): Promise<Seeded> {
  const seeded = await seedOwner(db, masterKey);
  const { tenantId } = seeded;
  for (let others = people - 1; others > 0; others -= 1) await seedTasks(db, await seedPerson(db, tenantId));
  await seedTasks(db, seeded);
  await db.query('VACUUM ANALYZE');
  return seeded;
}

/** A tenant, and its owner with a token. */
export async function seedOwner(db: pg.Pool, masterKey: Buffer): Promise<Seeded> {
  const tenantId = newId();
  await db.query('INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, now())', [tenantId, 'Bench']);
  return seedMember(db, { masterKey, tenantId });
}

/** An owner of a tenant, with a token. */
export async function seedMember(
  db: pg.Pool,
  { masterKey, tenantId }: { masterKey: Buffer; tenantId: string },
): Promise<Seeded> {
  const { userId } = await seedPerson(db, tenantId);
  const token = newToken(deriveTokenKey(masterKey));
  await db.query(
    `INSERT INTO access_token (id, "tenantId", "userId", name, prefix, hash, scopes, "createdAt")
     VALUES ($1, $2, $3, 'bench', $4, $5, '{}', now())`,
    [newId(), tenantId, userId, token.prefix, token.hash],
  );
  return { tenantId, userId, token: token.text };
}

type Person = Pick<Seeded, 'tenantId' | 'userId'>;

export async function seedPerson(db: pg.Pool, tenantId: string): Promise<Person> {
  const userId = newId();
  const email = `${userId}@example.test`;
  await db.query(
    `INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt") VALUES ($1, $2, $2, 'UTC', now(), now())`,
    [userId, email],
  );
  await db.query(`INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, 'OWNER', now())`, [
    tenantId,
    userId,
  ]);
  return { tenantId, userId };
}

export async function seedTasks(db: pg.Pool, { tenantId, userId }: Person): Promise<void> {
  await db.query(insertTasks, [tenantId, userId, tasksPerPerson]);
}
