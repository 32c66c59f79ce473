import type { EventTypeOf, LoggedInvitation } from '../../events/contract.ts';
import { type Invitation, Prisma } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';

type InvitationEvent = EventTypeOf<'invitation'>;

const columns = Object.keys(Prisma.InvitationScalarFieldEnum) as (keyof Invitation)[];
const changing = [
  'delivery',
  'nextAttemptAt',
  'lastError',
  'version',
  'acceptedAt',
  'revokedAt',
  'leaseExpiresAt',
] as const satisfies (keyof Invitation)[];

export const invitationColumns = columns.map((column) => `invitation."${column}"`).join(', ');

const insert = `INSERT INTO invitation (${columns.map((column) => `"${column}"`).join(', ')})
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`;

const update = `UPDATE invitation SET ${changing.map((column, index) => `"${column}" = $${index + 4}`).join(', ')}
  WHERE "tenantId" = $1 AND id = $2 AND version = $3 RETURNING id`;

export async function insertInvitation(tx: Change, invitation: Invitation): Promise<void> {
  await tx.query(
    'insert-invitation',
    insert,
    columns.map((column) => invitation[column]),
  );
  tx.record({ type: 'invitation.created', objectId: invitation.id, before: null, after: logged(invitation) });
}

/**
 * Writes an event of an invitation and ends its lease. @returns the new state, or null if the row has another version
 * than `before`.
 */
export async function moveInvitation(
  tx: Change,
  before: Invitation,
  { event, changes }: { event: InvitationEvent; changes: Partial<Invitation> },
): Promise<Invitation | null> {
  const after: Invitation = { ...before, ...changes, version: before.version + 1, leaseExpiresAt: null };
  const values = [after.tenantId, after.id, before.version, ...changing.map((column) => after[column])];
  const moved = await tx.query('move-invitation', update, values);
  if (moved.length === 0) return null;
  tx.record({ type: event, objectId: after.id, before: logged(before), after: logged(after) });
  return after;
}

/** Revokes a locked invitation: its code stops working, and its e-mail is not sent. */
export async function endInvitation(tx: Change, before: Invitation): Promise<Invitation | null> {
  const unsent = before.delivery === 'PENDING' ? ({ delivery: 'FAILED', nextAttemptAt: null } as const) : {};
  return moveInvitation(tx, before, { event: 'invitation.revoked', changes: { ...unsent, revokedAt: tx.now } });
}

function logged({ leaseExpiresAt: _, ...invitation }: Invitation): LoggedInvitation {
  return invitation;
}
