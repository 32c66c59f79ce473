import { authorize } from '../../auth/permissions.ts';
import type { Invitation } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { onRecord } from '../records/on-record.ts';
import { requireRank } from '../tenants/members.ts';
import { endInvitation, invitationRecords } from './store.ts';

/** The newest 200 invitations of the tenant, in any state. @throws AppError `FORBIDDEN`. */
export async function listInvitations({ app, viewer }: Acting): Promise<Invitation[]> {
  authorize(viewer, 'member:write');
  return app.prisma.invitation.findMany({
    where: { tenantId: viewer.tenantId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 200,
  });
}

/**
 * Revokes an invitation: its code stops working immediately. @throws AppError `NOT_FOUND`; `FORBIDDEN` if it requires
 * an owner; `CONFLICT` if it was accepted or revoked.
 */
export const revokeInvitation = onRecord(
  invitationRecords,
  { operation: 'revokeInvitation', permission: 'member:write' },
  async (tx, before, { viewer }) => {
    requireRank(viewer, [before.role]);
    if (before.acceptedAt) throw conflict('The invitation was accepted. Remove the member instead.');
    if (before.revokedAt) throw conflict('The invitation is already revoked.');
    return { invitation: await endInvitation(tx, before) };
  },
);
