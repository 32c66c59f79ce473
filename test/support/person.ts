import type pg from 'pg';
import { newToken } from '../../src/auth/tokens.ts';
import type { Role } from '../../src/generated/prisma/enums.ts';
import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { newId } from '../../src/shared/ids.ts';

/** Somebody with a token of their own. */
export type Caller = { userId: string; token: string; tokenId: string };

type NewPerson = { tenantId: string; role: Role; tokenKey: Buffer; expiresAt?: Date };

export async function insertPerson(db: pg.Pool, { tenantId, role, tokenKey, expiresAt }: NewPerson): Promise<Caller> {
  const [userId, tokenId] = [newId(), newId()];
  const { text, hash, prefix } = newToken(tokenKey);
  await db.query(
    `INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt") VALUES ($1, $2, 'Ann', 'UTC', now(), now())`,
    [userId, `${userId}@example.test`],
  );
  await db.query('INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, $3, now())', [
    tenantId,
    userId,
    role,
  ]);
  await db.query(
    `INSERT INTO access_token (id, "tenantId", "userId", name, prefix, hash, scopes, "createdAt", "expiresAt")
     VALUES ($1, $2, $3, 'test', $4, $5, '{}', now(), $6)`,
    [tokenId, tenantId, userId, prefix, hash, expiresAt ?? null],
  );
  return { userId: encodeGlobalId('User', userId), token: text, tokenId: encodeGlobalId('AccessToken', tokenId) };
}
