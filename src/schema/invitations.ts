import type { Invitation as InvitationRow, Membership } from '../generated/prisma/client.ts';
import { InvitationDelivery } from '../generated/prisma/enums.ts';
import * as invitations from '../resolvers/invitations.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { Member, RoleType, User } from './users.ts';

const DeliveryType = builder.enumType(InvitationDelivery, {
  name: 'InvitationDelivery',
  description: 'How far the mail of an invitation is.',
  values: {
    PENDING: { description: 'It waits for its next attempt.' },
    SENT: { description: 'The mail server took it.' },
    FAILED: { description: 'It was not taken, and is not tried again.' },
  },
});

const Invitation = builder.node(builder.objectRef<InvitationRow>('Invitation'), {
  description: 'Word to an address that it may become a member. Its code is in the mail alone.',
  id: { resolve: ({ id }) => id, description: 'The global id of the invitation.' },
  fields: (t) => ({
    email: t.exposeString('email', { description: 'Who is invited.' }),
    role: t.expose('role', { type: RoleType, description: 'What they will be.' }),
    inviter: t.field({ type: User, description: 'Who invited them.', resolve: invitations.inviter }),
    delivery: t.expose('delivery', { type: DeliveryType, description: 'How far the mail is.' }),
    attempts: t.exposeInt('attempts', { description: 'How often mailing was begun.' }),
    lastError: t.exposeString('lastError', { nullable: true, description: 'Why the last attempt failed.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when it can be accepted.' }),
    acceptedAt: t.expose('acceptedAt', { type: 'DateTime', nullable: true, description: 'When it was accepted.' }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked, or replaced by another one.',
    }),
  }),
});

builder.queryFields((t) => ({
  invitations: t.field({
    type: [Invitation],
    nullable: true,
    description:
      'The newest 200 invitations of your tenant, whatever became of them. Needs member:write. Null, with an error, when you may not read them.',
    complexity: { field: 1, multiplier: 50 },
    resolve: invitations.invitations,
  }),
}));

const InviteMemberInput = builder.inputType('InviteMemberInput', {
  description: 'Who is invited, and as what.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The address.' }),
    role: t.field({ type: RoleType, required: true, description: 'What they will be; only an owner invites owners.' }),
  }),
});

const AcceptInviteInput = builder.inputType('AcceptInviteInput', {
  description: 'Who accepts. A user who is known by the address already keeps name and time zone.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Your name, 1 to 200 characters.' }),
    timeZone: t.string({ required: true, description: 'The IANA zone in which you mean dates.' }),
  }),
});

function invitationPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; invitation: InvitationRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      invitation: t.expose('invitation', { type: Invitation, description: 'The invitation after the change.' }),
    }),
  });
}

const AcceptInvitePayload = builder
  .objectRef<{ changeId: string; member: Membership; token: string | null }>('AcceptInvitePayload')
  .implement({
    description: 'The member you are.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      member: t.expose('member', { type: Member, description: 'You in the tenant.' }),
      token: t.exposeString('token', {
        nullable: true,
        description:
          'A personal access token of yours, to be sent as Bearer. Only the first answer has it: a repeat by idempotencyKey has null.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  inviteMember: t.field({
    type: invitationPayload('InviteMemberPayload', 'The invitation that was made.'),
    description: 'Mails an invitation, valid for 7 days. One that is open for the address is replaced: its code ends.',
    args: {
      input: t.arg({ type: InviteMemberInput, required: true, description: 'Who is invited.' }),
      ...idempotencyKey,
    },
    resolve: invitations.inviteMember,
  }),
  revokeInvitation: t.field({
    type: invitationPayload('RevokeInvitationPayload', 'The invitation that was revoked.'),
    description: 'Ends the code of an invitation at once. CONFLICT when it was accepted or revoked.',
    args: { id: t.arg.id({ required: true, description: 'The invitation.' }), ...idempotencyKey },
    resolve: invitations.revokeInvitation,
  }),
  acceptInvite: t.field({
    type: AcceptInvitePayload,
    description:
      'Makes you a member. Send the code from the mail as your token (Authorization: Bearer); it allows this alone, and once.',
    args: {
      input: t.arg({ type: AcceptInviteInput, required: true, description: 'Who you are.' }),
      ...idempotencyKey,
    },
    resolve: invitations.acceptInvite,
  }),
}));
