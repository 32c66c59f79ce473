import { ensureUser } from '../../auth/insert-user.ts';
import { isLive, storedToken } from '../../auth/tokens.ts';
import type { Membership } from '../../generated/prisma/client.ts';
import { locks } from '../../infra/postgres/session-lock.ts';
import { foldedEmail } from '../../shared/email.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, changeAsSystem } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { issueToken } from './access-tokens.ts';
import { lockCredentials } from './lock-credentials.ts';
import { memberRecords } from './members.ts';
import { revokeTokens } from './revoke-tokens.ts';

/** An owner of a tenant. */
export type Owner = { tenantId: string; userId: string };

/** The owner to create if there is none. */
type NewOwner = { email: string; name: string; timeZone: string; tenant: string };

type App = Acting['app'];
const requestId = 'bootstrap';

/** The oldest owner of a server; null if there is none. */
export async function findFirstOwner({ db }: Pick<App, 'db'>): Promise<Owner | null> {
  const { rows } = await db.query<Owner>(
    `SELECT "tenantId", "userId" FROM membership WHERE role = 'OWNER' AND "removedAt" IS NULL ORDER BY "createdAt" LIMIT 1`,
  );
  return rows[0] ?? null;
}

/** The tenants that the user owns, or the one with this name. */
export async function findOwned({ db }: Pick<App, 'db'>, who: { email: string; tenant?: string }): Promise<Owner[]> {
  const { rows } = await db.query<Owner>(selectOwned, [foldedEmail(who.email), who.tenant ?? null]);
  return rows;
}

/**
 * Creates a tenant with this owner. A repeated or concurrent call returns the existing one. An existing user keeps name
 * and time zone.
 */
export async function ensureOwner(app: App, owner: NewOwner): Promise<Owner> {
  const tenantId = newId();
  return changeAsSystem({ app, requestId, tenantId }, async (tx) => {
    await tx.write('lock-bootstrap', 'SELECT pg_advisory_xact_lock($1)', [locks.createFirstOwner]);
    const email = foldedEmail(owner.email);
    const [existing] = await tx.query<Owner>('select-owned', selectOwned, [email, owner.tenant]);
    return existing ?? insertOwner(tx, { ...owner, email, tenantId });
  });
}

/**
 * Creates a token for the owner. The tokens that it replaces are revoked immediately, with all that were created with
 * them, and their live subscriptions end.
 */
export async function replaceOwnerToken(app: App, { tenantId, userId }: Owner): Promise<string> {
  const made = await changeAsSystem({ app, requestId, tenantId }, async (tx) => {
    await lockCredentials(tx, { tenantId, userId });
    await revokeTokens(tx, { tenantId, userId, name: tokenName });
    const token = { tenantId, userId, name: tokenName, scopes: [], expiresAt: null, parentId: null };
    return { text: (await issueToken(tx, app, token)).text };
  });
  return made.text;
}

/** Whether this text is a token that still gives access. */
export async function isLiveToken({ db, tokenKey }: Pick<App, 'db' | 'tokenKey'>, text: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM access_token t JOIN membership m USING ("tenantId", "userId")
     WHERE t.hash = $1 AND ${isLive('t', 'now()')} AND m."removedAt" IS NULL`,
    [storedToken(tokenKey, text).hash],
  );
  return rowCount === 1;
}

async function insertOwner(tx: Change, owner: NewOwner & { tenantId: string }): Promise<Owner> {
  const { tenantId } = owner;
  await tx.write('insert-tenant', 'INSERT INTO tenant (id, name, "createdAt") VALUES ($1, $2, $3)', [
    tenantId,
    owner.tenant,
    tx.now,
  ]);
  const [user] = await tx.query<{ id: string }>('ensure-user', ensureUser, [
    newId(),
    owner.email,
    owner.name,
    owner.timeZone,
    tx.now,
  ]);
  if (!user) throw new Error('The user was neither created nor found.');
  const after: Membership = { tenantId, userId: user.id, role: 'OWNER', createdAt: tx.now, removedAt: null };
  await insertRecords(tx, memberRecords, [after]);
  return { tenantId, userId: user.id };
}

const tokenName = 'owner-token';

const selectOwned = `
  SELECT m."tenantId", m."userId" FROM membership m
  JOIN tenant t ON t.id = m."tenantId" JOIN "user" u ON u.id = m."userId"
  WHERE u.email = $1 AND ($2::text IS NULL OR t.name = $2) AND m.role = 'OWNER' AND m."removedAt" IS NULL
  ORDER BY m."createdAt"`;
