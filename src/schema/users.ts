import { permissions } from '../auth/permissions.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { LoggedToken } from '../events/contract.ts';
import type { Membership, User as UserRow } from '../generated/prisma/client.ts';
import { Role } from '../generated/prisma/enums.ts';
import * as users from '../resolvers/users.ts';
import { membershipKey } from '../shared/global-id.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { ReminderInput } from './reminder-inputs.ts';

export const RoleType = builder.enumType(Role, {
  name: 'Role',
  description: 'What a member may do; each role may do what the one before may.',
  values: {
    VIEWER: { description: 'Reads tasks.' },
    MEMBER: { description: 'Works with tasks, reminders and chat.' },
    OPERATOR: { description: 'Submits executions.' },
    ADMIN: { description: 'Manages members and reads the event log.' },
    OWNER: { description: 'Decides who is an owner, and erases users.' },
  },
});

const PermissionType = builder.enumType('Permission', {
  description: 'Something that a role or a token can allow.',
  values: Object.fromEntries(
    permissions.map((value) => [
      value.replace(':', '_').toUpperCase(),
      { value, description: `The permission ${value}.` },
    ]),
  ),
});

export const User = builder.prismaNode('User', {
  description: 'A person who is a member of your tenant, or was one.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => users.findUser(id, context),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name to show.' }),
    email: t.exposeString('email', { description: 'The address that mail goes to.' }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA zone in which this person means dates.' }),
  }),
});

export const Member = builder.node(builder.objectRef<Membership>('Member'), {
  description: 'A user in your tenant.',
  id: { resolve: (membership) => membershipKey(membership), description: 'The global id of the membership.' },
  fields: (t) => ({
    user: t.field({ type: User, description: 'Who it is.', resolve: users.memberUser }),
    role: t.expose('role', { type: RoleType, description: 'What they may do.' }),
    joinedAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when they are a member.' }),
  }),
});

const AccessToken = builder.node(builder.objectRef<LoggedToken>('AccessToken'), {
  description: 'A personal access token. Its text is shown once, when it is made.',
  id: { resolve: ({ id }) => id, description: 'The global id of the token.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is for.' }),
    prefix: t.exposeString('prefix', { description: 'How its text begins.' }),
    scopes: t.exposeStringList('scopes', {
      description: 'What it is limited to, such as task:read; empty: your role alone limits it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it ends by itself.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was revoked.' }),
  }),
});

const Tenant = builder.prismaNode('Tenant', {
  description: 'A team whose data nobody else sees.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => users.findTenant(id, context),
  fields: (t) => ({ name: t.exposeString('name', { description: 'Its name.' }) }),
});

export const Me = builder.node(builder.objectRef<Viewer>('Me'), {
  description: 'You: a user in a tenant, through one credential.',
  id: {
    resolve: (membership) => membershipKey(membership),
    description: 'The global id of your membership, as yourself.',
  },
  fields: (t) => ({
    user: t.field({ type: User, description: 'Your user.', resolve: users.viewerUser }),
    tenant: t.field({ type: Tenant, description: 'The tenant you work in.', resolve: users.viewerTenant }),
    role: t.expose('role', { type: RoleType, description: 'Your role in it.' }),
    permissions: t.field({
      type: [PermissionType],
      description: 'What you may do with this credential.',
      resolve: users.viewerPermissions,
    }),
    tokens: t.field({ type: [AccessToken], description: 'Your tokens, the newest 200.', resolve: users.viewerTokens }),
  }),
});

builder.queryFields((t) => ({
  me: t.field({ type: Me, description: 'Who you are.', resolve: users.me }),
  members: t.field({
    type: [Member],
    description: 'The members of your tenant in the order they came.',
    complexity: { field: 1, multiplier: 10 },
    resolve: users.members,
  }),
}));

const UpdateMeInput = builder.inputType('UpdateMeInput', {
  description: 'Changes to your user: what is omitted or null stays.',
  fields: (t) => ({
    name: t.string({ description: 'The name to show, 1 to 200 characters.' }),
    timeZone: t.string({ description: 'The IANA zone in which you mean dates.' }),
    defaultReminders: t.field({
      type: [ReminderInput],
      description: 'The reminders that you get unless you say otherwise, at most 5, none of them ABSOLUTE.',
    }),
    wantsReminderMails: t.boolean({ description: 'Whether EMAIL reminders are sent to you.' }),
  }),
});

const CreateTokenInput = builder.inputType('CreateTokenInput', {
  description: 'A token to be made.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for, 1 to 100 characters.' }),
    scopes: t.field({
      type: [PermissionType],
      description: 'What it is limited to; all that your credential may unless given.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends by itself; never unless given.' }),
  }),
});

const UpdateMePayload = builder.objectRef<{ changeId: string; user: UserRow }>('UpdateMePayload').implement({
  description: 'Your user after the change.',
  interfaces: [ChangePayload],
  fields: (t) => ({
    user: t.expose('user', { type: User, description: 'Your user.' }),
    me: t.field({ type: Me, description: 'You, with your settings.', resolve: users.me }),
  }),
});

const CreateTokenPayload = builder
  .objectRef<{ changeId: string; accessToken: LoggedToken; token: string | null }>('CreateTokenPayload')
  .implement({
    description: 'The token that was made.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      accessToken: t.expose('accessToken', { type: AccessToken, description: 'What is kept of it.' }),
      token: t.exposeString('token', {
        nullable: true,
        description:
          'Its text, to be sent as Bearer. Only the first answer has it: a repeat by idempotencyKey has null.',
      }),
    }),
  });

const RevokeTokenPayload = builder
  .objectRef<{ changeId: string; accessToken: LoggedToken }>('RevokeTokenPayload')
  .implement({
    description: 'The token that was revoked.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      accessToken: t.expose('accessToken', { type: AccessToken, description: 'What is kept of it.' }),
    }),
  });

function memberPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; member: Membership }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({ member: t.expose('member', { type: Member, description: 'The member.' }) }),
  });
}

builder.mutationFields((t) => {
  const member = t.arg.id({ required: true, description: "The member's user." });
  return {
    updateMe: t.field({
      type: UpdateMePayload,
      description: 'Changes your own name, time zone, or how you are reminded.',
      args: { input: t.arg({ type: UpdateMeInput, required: true, description: 'The changes.' }), ...idempotencyKey },
      resolve: users.updateMe,
    }),
    createToken: t.field({
      type: CreateTokenPayload,
      description: 'Makes a personal access token of yours for this tenant.',
      args: { input: t.arg({ type: CreateTokenInput, required: true, description: 'The token.' }), ...idempotencyKey },
      resolve: users.createToken,
    }),
    revokeToken: t.field({
      type: RevokeTokenPayload,
      description: 'Ends a token of yours at once, its live subscriptions too.',
      args: { id: t.arg.id({ required: true, description: 'The token.' }), ...idempotencyKey },
      resolve: users.revokeToken,
    }),
    changeRole: t.field({
      type: memberPayload('ChangeRolePayload', 'The member whose role was changed.'),
      description: 'Gives a member another role; their live subscriptions end.',
      args: {
        userId: member,
        role: t.arg({ type: RoleType, required: true, description: 'The new role.' }),
        ...idempotencyKey,
      },
      resolve: users.changeRole,
    }),
    removeMember: t.field({
      type: memberPayload('RemoveMemberPayload', 'The member who was removed.'),
      description:
        'Ends a membership; their tokens for this tenant stop working and their live subscriptions end. Their open tasks, their running series and the tasks that only they see are assigned to who takes over. It cannot be undone.',
      args: {
        userId: member,
        handOverTo: t.arg.id({ description: 'The member who takes over; you unless given.' }),
        ...idempotencyKey,
      },
      resolve: users.removeMember,
    }),
  };
});
