import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Invitation } from '../../generated/prisma/client.ts';
import { Role } from '../../generated/prisma/enums.ts';
import { emailSchema } from '../../shared/email.ts';
import { AppError, conflict } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { requireRank } from '../tenants/members.ts';
import { endInvitation, invitationRecords } from './store.ts';

const inputSchema = z.object({ email: emailSchema, role: z.enum(Role) });
type InviteMemberInput = z.input<typeof inputSchema>;

const dayMs = 24 * 60 * 60 * 1000;
const validMs = 7 * dayMs;
/** Limits the e-mails that a tenant can send to foreign addresses. */
const maxPerDay = 200;

/**
 * Creates an invitation, which is sent by e-mail. An open invitation for the same address is replaced: its code stops
 * working. @throws AppError `INVALID_INPUT`; `FORBIDDEN` if it requires an owner; `CONFLICT` for a member;
 * `RATE_LIMITED` after 200 in a day.
 */
export async function inviteMember(
  acting: Acting,
  { input, idempotencyKey }: Keyed<InviteMemberInput>,
): Promise<{ invitation: Invitation; changeId: string }> {
  authorize(acting.viewer, 'member:write');
  const { email, role } = validate(inputSchema, input);
  requireRank(acting.viewer, [role]);
  const { tenantId, userId } = acting.viewer;
  return change(acting, { operation: 'inviteMember', input, idempotencyKey }, async (tx) => {
    await tx.write('serialise-invitations', 'SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE', [tenantId]);
    await requireNoMember(tx, tenantId, email);
    await requireFewToday(tx, tenantId);
    const [open] = await tx.query<Invitation>('lock-open-invitation', lockOpen, [tenantId, email]);
    if (open) await endInvitation(tx, open);
    const invitation: Invitation = {
      id: newId(),
      tenantId,
      inviterId: userId,
      email,
      role,
      delivery: 'PENDING',
      nextAttemptAt: tx.now,
      attempts: 0,
      lastError: null,
      version: 1,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + validMs),
      acceptedAt: null,
      revokedAt: null,
      leaseExpiresAt: null,
    };
    await insertRecords(tx, invitationRecords, [invitation]);
    return { invitation };
  });
}

const lockOpen = `SELECT ${invitationRecords.columns} FROM invitation
  WHERE "tenantId" = $1 AND email = $2 AND "acceptedAt" IS NULL AND "revokedAt" IS NULL FOR UPDATE`;

const findMember = `SELECT FROM membership JOIN "user" ON "user".id = membership."userId"
  WHERE membership."tenantId" = $1 AND "user".email = $2 AND membership."removedAt" IS NULL`;

const countRecent = 'SELECT count(*)::int AS count FROM invitation WHERE "tenantId" = $1 AND "createdAt" > $2';

async function requireNoMember(tx: Change, tenantId: string, email: string): Promise<void> {
  const members = await tx.query('find-member-by-email', findMember, [tenantId, email]);
  if (members.length > 0) throw conflict(`${email} is already a member.`);
}

async function requireFewToday(tx: Change, tenantId: string): Promise<void> {
  const since = new Date(tx.now.getTime() - dayMs);
  const [recent] = await tx.query<{ count: number }>('count-recent-invitations', countRecent, [tenantId, since]);
  if (recent && recent.count < maxPerDay) return;
  throw new AppError('RATE_LIMITED', `A tenant can send at most ${maxPerDay} invitations per day.`);
}
