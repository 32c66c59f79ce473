import { z } from 'zod';
import { insertUser } from '../../auth/insert-user.ts';
import { rolePermissions } from '../../auth/permissions.ts';
import type { Invitation, Membership, User } from '../../generated/prisma/client.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { AppError, conflict } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import type { Change, Keyed } from '../records/change.ts';
import { changeWithSecret } from '../records/change-with-secret.ts';
import { recordCreated } from '../records/insert-records.ts';
import { lockByIds } from '../records/lock-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { issueToken } from '../tenants/access-tokens.ts';
import { nameSchema } from '../tenants/me.ts';
import { memberRecords } from '../tenants/members.ts';
import { invitationRecords } from './store.ts';

const inputSchema = z.object({ name: nameSchema, timeZone: timeZoneSchema });
type AcceptInviteInput = z.input<typeof inputSchema>;

type Accepted = { member: Membership; token: string | null; changeId: string };

/**
 * Adds the bearer of an invitation's code as a member, with a token. Only this result has its text: a repeated call
 * with the same idempotency key gets null. An existing user keeps name and time zone; a former member returns. @throws
 * AppError `FORBIDDEN` without a code, `INVALID_INPUT`; `CONFLICT` if the invitation was accepted or revoked, its
 * inviter may no longer invite, or the user is a member.
 */
export async function acceptInvite(
  acting: Acting,
  { input, idempotencyKey }: Keyed<AcceptInviteInput>,
): Promise<Accepted> {
  const { tenantId, invitationId } = acting.viewer;
  if (!invitationId) throw new AppError('FORBIDDEN', 'Send the code of the invitation as the token.');
  const person = validate(inputSchema, input);
  const { email, userId } = await readInvitee(acting.app, invitationId);
  // The new member is the actor of these events.
  const self = { ...acting, viewer: { ...acting.viewer, userId } };
  const { secret, ...made } = await changeWithSecret(
    self,
    { operation: 'acceptInvite', input, idempotencyKey },
    async (tx) => {
      const invitation = await lockAcceptable(tx, tenantId, invitationId);
      await ensureUser(tx, { ...person, id: userId, email });
      const member = await join(tx, { tenantId, userId, role: invitation.role });
      const gone = { delivery: 'SENT', nextAttemptAt: null, acceptedAt: tx.now } as const;
      await saveRecord(tx, invitationRecords, invitation, { event: 'invitation.accepted', changes: gone });
      const token = { tenantId, userId, name: 'invitation', scopes: [], expiresAt: null, parentId: null };
      return { member, secret: (await issueToken(tx, acting.app, token)).text };
    },
  );
  return { ...made, token: secret };
}

/** The inviter must still be allowed to invite: their role is checked again. */
async function lockAcceptable(tx: Change, tenantId: string, id: string): Promise<Invitation> {
  const [invitation] = await lockByIds(tx, invitationRecords, tenantId, [id]);
  if (!invitation || invitation.revokedAt) throw conflict('The invitation was revoked.');
  if (invitation.acceptedAt) throw conflict('The invitation was already accepted.');
  const [inviter] = await tx.query<{ role: Role }>(
    'inviter-today',
    'SELECT role FROM membership WHERE "tenantId" = $1 AND "userId" = $2 AND "removedAt" IS NULL',
    [tenantId, invitation.inviterId],
  );
  if (!inviter || !mayInvite(inviter.role, invitation.role)) {
    throw conflict('The user who invited you no longer has permission to invite. Ask for a new invitation.');
  }
  return invitation;
}

function mayInvite(inviter: Role, role: Role): boolean {
  return rolePermissions[inviter].includes('member:write') && (role !== 'OWNER' || inviter === 'OWNER');
}

/** The existing user with the address of the invitation, or a new one. */
async function readInvitee({ db }: Acting['app'], invitationId: string): Promise<{ email: string; userId: string }> {
  const { rows } = await db.query<{ email: string; userId: string | null }>({
    name: 'read-invitee',
    text: 'SELECT email, "user".id AS "userId" FROM invitation LEFT JOIN "user" USING (email) WHERE invitation.id = $1',
    values: [invitationId],
  });
  if (!rows[0]) throw conflict('The invitation was revoked.');
  return { email: rows[0].email, userId: rows[0].userId ?? newId() };
}

async function ensureUser(
  tx: Change,
  { id, email, name, timeZone }: Pick<User, 'id' | 'email' | 'name' | 'timeZone'>,
): Promise<void> {
  await tx.write('ensure-invitee', `${insertUser} ON CONFLICT DO NOTHING`, [id, email, name, timeZone, tx.now]);
  const [user] = await tx.query('same-user', 'SELECT FROM "user" WHERE id = $1 AND email = $2', [id, email]);
  if (!user) throw new AppError('UNAVAILABLE', 'A user with the same e-mail address is being created. Try again.');
}

const upsertMembership = `
  INSERT INTO membership ("tenantId", "userId", role, "createdAt") VALUES ($1, $2, $3, $4)
  ON CONFLICT ("tenantId", "userId") DO UPDATE SET role = excluded.role, "createdAt" = excluded."createdAt", "removedAt" = NULL
    WHERE membership."removedAt" IS NOT NULL
  RETURNING "userId"`;

async function join(tx: Change, { tenantId, userId, role }: Pick<Membership, 'tenantId' | 'userId' | 'role'>) {
  const joined = await tx.query('join-tenant', upsertMembership, [tenantId, userId, role, tx.now]);
  if (joined.length === 0) throw conflict('You are already a member of the tenant.');
  const member: Membership = { tenantId, userId, role, createdAt: tx.now, removedAt: null };
  recordCreated(tx, memberRecords, member);
  return member;
}
