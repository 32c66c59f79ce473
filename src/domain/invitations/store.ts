import { type Invitation, Prisma } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { defineRecords } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';

/** Invitations. Who may invite sees all of the tenant's. */
export const invitationRecords = defineRecords<'invitation', Invitation>({
  kind: 'invitation',
  table: 'invitation',
  noun: 'invitation',
  fields: Prisma.InvitationScalarFieldEnum,
  fixed: ['inviterId', 'email', 'role', 'expiresAt'],
  seen: () => 'true',
});

/** Revokes a locked invitation: its code stops working, and its e-mail is not sent. */
export async function endInvitation(tx: Change, before: Invitation): Promise<Invitation> {
  const unsent = before.delivery === 'PENDING' ? ({ delivery: 'FAILED', nextAttemptAt: null } as const) : {};
  const changes = { ...unsent, revokedAt: tx.now };
  return saveRecord(tx, invitationRecords, before, { event: 'invitation.revoked', changes });
}
