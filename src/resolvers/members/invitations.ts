import { authorize } from '../../auth/permissions.ts';
import { type AcceptInviteInput, acceptInvite as accept } from '../../domain/invitations/accept-invite.ts';
import { type InviteMemberInput, inviteMember as invite } from '../../domain/invitations/invite-member.ts';
import { listInvitations, revokeInvitation as revoke } from '../../domain/invitations/open-invitations.ts';
import type { Invitation } from '../../generated/prisma/client.ts';
import { decodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';

type Keyed = { idempotencyKey?: string | null };

export function invitations(_: unknown, __: unknown, context: RequestContext) {
  return listInvitations(context);
}

/** Rows that `node` can return to viewers who manage members. */
export function findInvitation<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'member:write');
  return { id, tenantId: viewer.tenantId };
}

export function inviter({ inviterId }: Invitation, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(inviterId);
}

export function inviteMember(_: unknown, args: { input: InviteMemberInput } & Keyed, context: RequestContext) {
  return invite(context, args);
}

export function revokeInvitation(_: unknown, args: { id: string } & Keyed, context: RequestContext) {
  return revoke(context, { ...args, id: decodeGlobalId('Invitation', args.id, ['id']) });
}

export function acceptInvite(_: unknown, args: { input: AcceptInviteInput } & Keyed, context: RequestContext) {
  return accept(context, args);
}
