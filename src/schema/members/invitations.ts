import { acceptInvite } from '../../domain/invitations/accept-invite.ts';
import { inviteMember } from '../../domain/invitations/invite-member.ts';
import { listInvitations, revokeInvitation } from '../../domain/invitations/open-invitations.ts';
import { nameLength } from '../../domain/tenants/me.ts';
import { InvitationDelivery } from '../../generated/prisma/enums.ts';
import { call, userIn } from '../../resolvers/call.ts';
import { emailLength } from '../../shared/email.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { Member, RoleType, User } from './users.ts';

const DeliveryType = builder.enumType(InvitationDelivery, {
  name: 'InvitationDelivery',
  description: 'The delivery status of the e-mail of an invitation.',
  values: {
    PENDING: { description: 'The e-mail is waiting to be sent.' },
    SENT: { description: 'The mail server accepted the e-mail.' },
    FAILED: { description: 'The e-mail could not be sent, and no further attempt will be made.' },
  },
});

const Invitation = builder.prismaNode('Invitation', {
  permission: 'member:write',
  description: 'An invitation to become a member of the tenant. The code for accepting it is only in the e-mail.',
  id: { field: 'id', description: 'The global id of the invitation.' },
  fields: (t) => ({
    email: t.exposeString('email', { description: 'The invited e-mail address.' }),
    role: t.expose('role', { type: RoleType, description: 'The role that the user gets in the tenant.' }),
    inviter: t.field({ type: User, description: 'The user who sent the invitation.', resolve: userIn('inviterId') }),
    delivery: t.expose('delivery', { type: DeliveryType, description: 'The delivery status of the e-mail.' }),
    attempts: t.exposeInt('attempts', { description: 'The number of attempts to send the e-mail.' }),
    lastError: t.exposeString('lastError', {
      nullable: true,
      description: 'Why the last attempt to send the e-mail failed. Null if it did not fail.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the invitation was created.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the invitation expires.' }),
    acceptedAt: t.expose('acceptedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the invitation was accepted. Null if it was not.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the invitation was revoked, or replaced by a newer one for the same address. Null if it was not.',
    }),
  }),
});

builder.queryFields((t) => ({
  invitations: t.field({
    permission: 'member:write',
    type: [Invitation],
    nullable: true,
    description:
      'The invitations of your tenant, the newest first, including those that were accepted, were revoked or have expired. At most 200.',
    complexity: { field: 1, multiplier: 50 },
    resolve: call(listInvitations),
  }),
}));

const InviteMemberInput = builder.inputType('InviteMemberInput', {
  description: 'The fields of a new invitation.',
  fields: (t) => ({
    email: t.string({ required: true, maxLength: emailLength, description: 'The e-mail address to invite.' }),
    role: t.field({
      type: RoleType,
      required: true,
      description: 'The role that the user gets in the tenant. Only an owner can invite owners.',
    }),
  }),
});

const AcceptInviteInput = builder.inputType('AcceptInviteInput', {
  description:
    'The profile of the user who accepts an invitation. It is ignored if there already is a user with the invited e-mail address.',
  fields: (t) => ({
    name: t.string({ required: true, maxLength: nameLength, description: 'The display name, 1 to 200 characters.' }),
    timeZone: t.string({ required: true, description: 'The IANA name of your time zone, such as `Europe/Berlin`.' }),
  }),
});

const changedInvitation = { invitation: { type: Invitation, description: 'The invitation after the change.' } };

const AcceptInvitePayload = payload('acceptInvite', {
  member: { type: Member, description: 'Your membership in the tenant.' },
  token: {
    type: 'String',
    nullable: true,
    description:
      'A personal access token for you, to be sent as `Authorization: Bearer <token>`. It cannot be read again. Null if the call is repeated with the same `idempotencyKey`.',
  },
});

builder.mutationFields((t) => ({
  inviteMember: t.field({
    permission: 'member:write',
    type: payload('inviteMember', changedInvitation),
    description:
      'Sends an invitation by e-mail, which is valid for 7 days. An earlier invitation for the same address that was not accepted stops working.',
    args: {
      input: t.arg({ type: InviteMemberInput, required: true, description: 'The invited e-mail address.' }),
      ...idempotencyKey,
    },
    resolve: call(inviteMember),
  }),
  revokeInvitation: t.field({
    permission: 'member:write',
    type: payload('revokeInvitation', changedInvitation),
    description:
      'Revokes an invitation. Its code stops working immediately. CONFLICT if it was accepted or revoked before.',
    args: {
      id: t.arg.id({ for: Invitation, required: true, description: 'The id of the invitation.' }),
      ...idempotencyKey,
    },
    resolve: call(revokeInvitation),
  }),
  acceptInvite: t.field({
    permission: null,
    type: AcceptInvitePayload,
    description:
      'Accepts an invitation: you become a member of the tenant. Send the code from the e-mail as the token (`Authorization: Bearer <code>`). The code can be used once, and for this mutation only.',
    args: {
      input: t.arg({ type: AcceptInviteInput, required: true, description: 'Your profile.' }),
      ...idempotencyKey,
    },
    resolve: call(acceptInvite),
  }),
}));
