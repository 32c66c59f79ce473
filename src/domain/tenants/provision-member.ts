import type { Provision } from '../../auth/authenticate.ts';
import type { JwtClaims } from '../../auth/jwt.ts';
import type { JwtConfig } from '../../config/config.ts';
import { newId } from '../../shared/ids.ts';
import type { Acting } from '../records/acting.ts';
import { changeAsMember } from '../records/change.ts';
import { insertIfAbsent } from '../records/insert-records.ts';
import { memberRecords } from './members.ts';

type Role = NonNullable<JwtConfig['provisionRole']>;

/**
 * Adds new users of a JWT to the tenant in its claim, if the configuration has a role for them. A user who was removed
 * from the tenant is not added again.
 */
export function memberProvision(app: Acting['app'], role: JwtConfig['provisionRole']): Provision | undefined {
  if (!role) return undefined;
  return async (claims) => {
    const { tenantId } = claims;
    if (!tenantId || !(await tenantExists(app, tenantId))) return;
    const userId = await userByEmail(app, claims);
    await addMember(app, { tenantId, userId, role });
  };
}

async function tenantExists({ db }: Acting['app'], tenantId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'tenant-exists',
    text: 'SELECT FROM tenant WHERE id = $1',
    values: [tenantId],
  });
  return rowCount === 1;
}

async function userByEmail({ db, clock }: Acting['app'], { email, name }: JwtClaims): Promise<string> {
  const { rows } = await db.query<{ id: string }>({
    name: 'provision-user',
    // The update changes nothing, but returns the row of an earlier sign-in.
    text: `INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt") VALUES ($1, $2, $3, 'UTC', $4, $4)
      ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id`,
    values: [newId(), email, name ?? email.split('@')[0], clock.now()],
  });
  return (rows[0] as { id: string }).id;
}

type NewMember = { tenantId: string; userId: string; role: Role };

/** Does nothing if there is or was such a membership. */
async function addMember(app: Acting['app'], member: NewMember): Promise<void> {
  const viewer = { ...member, timeZone: 'UTC', scopes: null, tokenId: null, invitationId: null, expiresAt: null };
  await changeAsMember({ app, viewer, requestId: newId() }, async (tx) => {
    const isNew = await insertIfAbsent(tx, memberRecords, { ...member, createdAt: tx.now, removedAt: null });
    return { isNew };
  });
}
