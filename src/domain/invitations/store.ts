import { type Invitation, Prisma } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { erase } from '../records/erasure-rule.ts';
import { defineRecords } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';

const deleteTheirs = `DELETE FROM invitation
  WHERE "tenantId" = $1 AND email = (SELECT email FROM "user" WHERE id = $2)`;

/** Invitations. Who may invite sees all of the tenant's. */
export const invitationRecords = defineRecords<'invitation', Invitation>({
  kind: 'invitation',
  table: 'invitation',
  noun: 'invitation',
  fields: Prisma.InvitationScalarFieldEnum,
  fixed: ['inviterId', 'email', 'role', 'expiresAt'],
  seen: () => 'true',
  erasure: {
    isTheirs: (payload) => `${payload}->>'email' = (SELECT email FROM "user" WHERE id = $2::uuid)`,
    rows: (tx, member) => erase(tx, member, { name: 'erase-invitations', sql: deleteTheirs }),
  },
});

/** Revokes a locked invitation: its code stops working, and its e-mail is not sent. */
export async function endInvitation(tx: Change, before: Invitation): Promise<Invitation> {
  const unsent = before.delivery === 'PENDING' ? ({ delivery: 'FAILED', nextAttemptAt: null } as const) : {};
  const changes = { ...unsent, revokedAt: tx.now };
  return saveRecord(tx, invitationRecords, before, { event: 'invitation.revoked', changes });
}
