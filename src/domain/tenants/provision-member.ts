import type { Provision } from '../../auth/authenticate.ts';
import { bindUserByEmail, findBoundUser } from '../../auth/identities.ts';
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
    const userId = await userOf(app, claims);
    if (userId) await addMember(app, { tenantId, userId, role });
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

/** The user of the account: null if the user with their e-mail address is bound to another account. */
async function userOf(app: Acting['app'], claims: JwtClaims): Promise<string | null> {
  const known = await findBoundUser(app, claims);
  if (known) return known;
  await bindUserByEmail(app, claims, newId());
  return findBoundUser(app, claims);
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
