import { authorize } from '../../auth/permissions.ts';
import type { Invitation } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { requireRank } from '../tenants/members.ts';
import { endInvitation, invitationColumns } from './store.ts';

/** The newest 200 invitations of the tenant, in any state. @throws AppError `FORBIDDEN`. */
export async function listInvitations({ app, viewer }: Acting): Promise<Invitation[]> {
  authorize(viewer, 'member:write');
  return app.prisma.invitation.findMany({
    where: { tenantId: viewer.tenantId },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 200,
  });
}

const lock = `SELECT ${invitationColumns} FROM invitation WHERE "tenantId" = $1 AND id = $2 FOR UPDATE`;

/**
 * Revokes an invitation: its code stops working immediately. @throws AppError `NOT_FOUND`; `FORBIDDEN` if it requires
 * an owner; `CONFLICT` if it was accepted or revoked.
 */
export async function revokeInvitation(
  acting: Acting,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null },
): Promise<{ invitation: Invitation; changeId: string }> {
  authorize(acting.viewer, 'member:write');
  return change(acting, { operation: 'revokeInvitation', input: { id }, idempotencyKey }, async (tx) => {
    const [before] = await tx.query<Invitation>('lock-invitation', lock, [acting.viewer.tenantId, id]);
    if (!before) throw notFound('The invitation');
    requireRank(acting.viewer, [before.role]);
    if (before.acceptedAt) throw conflict('The invitation was accepted. Remove the member instead.');
    const invitation = before.revokedAt ? null : await endInvitation(tx, before);
    if (!invitation) throw conflict('The invitation is already revoked.');
    return { invitation };
  });
}
