import { describePermission, permissions } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { removeMember } from '../../domain/departures/remove-member.ts';
import { defaultReminderCount } from '../../domain/reminder-rules/input.ts';
import { listTokens } from '../../domain/tenants/access-tokens.ts';
import { createToken, tokenNameLength } from '../../domain/tenants/create-token.ts';
import { nameLength, updateMe } from '../../domain/tenants/me.ts';
import { changeRole, listMembers } from '../../domain/tenants/members.ts';
import { revokeToken } from '../../domain/tenants/revoke-tokens.ts';
import type { LoggedToken } from '../../events/contract.ts';
import type { Membership } from '../../generated/prisma/client.ts';
import { Role } from '../../generated/prisma/enums.ts';
import { call, userIn } from '../../resolvers/call.ts';
import * as users from '../../resolvers/members/users.ts';
import { membershipKey } from '../../shared/global-id.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { ReminderInput } from '../reminders/reminder-inputs.ts';

export const RoleType = builder.enumType(Role, {
  name: 'Role',
  description: 'The role of a member in a tenant. Each role has the permissions of the roles before it.',
  values: {
    VIEWER: { description: 'Can read tasks.' },
    MEMBER: { description: 'Can create and change tasks, and use reminders and chat.' },
    OPERATOR: { description: 'Can submit executions.' },
    ADMIN: { description: 'Can manage members and read the event log.' },
    OWNER: { description: 'Can make other members owners, and erase users.' },
  },
});

const PermissionType = builder.enumType('Permission', {
  description: 'A permission that a role or an access token can grant.',
  values: Object.fromEntries(
    permissions.map((value) => [
      value.replace(':', '_').toUpperCase(),
      { value, description: describePermission(value) },
    ]),
  ),
});

/** Objects refer to their users by id and name. What else there is of a user belongs to the directory of members. */
const ofDirectory = { nullable: true, permission: { of: 'member:read', isOwn: isSelf } } as const;

/** The bearer of an invitation's code can only accept it, and so reads only the user that they become. */
function isSelf({ id }: { id: string }, { userId, invitationId }: Viewer): boolean {
  return invitationId !== null || id === userId;
}

export const User = builder.prismaNode('User', {
  permission: null,
  description: 'A user who is or was a member of your tenant.',
  id: { field: 'id', description: 'The global id of the user.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The display name.' }),
    email: t.exposeString('email', { ...ofDirectory, description: 'The e-mail address.' }),
    timeZone: t.exposeString('timeZone', {
      ...ofDirectory,
      description: "The IANA name of the user's time zone, such as `Europe/Berlin`.",
    }),
  }),
});

export const Member = builder.node(builder.objectRef<Membership>('Member'), {
  permission: null,
  description: 'The membership of a user in your tenant.',
  id: { resolve: (membership) => membershipKey(membership), description: 'The global id of the membership.' },
  fields: (t) => ({
    user: t.field({ type: User, description: 'The user.', resolve: userIn('userId') }),
    role: t.expose('role', { type: RoleType, description: 'The role of the user in the tenant.' }),
    joinedAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user became a member.' }),
  }),
});

const AccessToken = builder.node(builder.objectRef<LoggedToken>('AccessToken'), {
  permission: 'token:write',
  description: 'A personal access token. Its text is shown only once, in the payload of `createToken`.',
  id: { resolve: ({ id }) => id, description: 'The global id of the token.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the token, which tells what it is used for.' }),
    prefix: t.exposeString('prefix', { description: 'The first characters of the token, to recognise it by.' }),
    scopes: t.exposeStringList('scopes', {
      description:
        'The permissions that the token is limited to, such as `task:read`. If empty, it has all permissions of your role.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the token was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the token expires. Null if it does not expire.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the token was revoked. Null if it has not been revoked.',
    }),
  }),
});

const Tenant = builder.prismaNode('Tenant', {
  permission: null,
  description: 'A team. The data of a tenant can only be seen by its members.',
  id: { field: 'id', description: 'The global id of the tenant.' },
  fields: (t) => ({ name: t.exposeString('name', { description: 'The name of the tenant.' }) }),
});

export const Me = builder.node(builder.objectRef<Viewer>('Me'), {
  permission: null,
  description: 'The authenticated user, in one tenant.',
  id: {
    resolve: (membership) => membershipKey(membership),
    description: 'The global id of this object, which identifies you in this tenant.',
  },
  fields: (t) => ({
    user: t.field({ type: User, description: 'Your user.', resolve: userIn('userId') }),
    tenant: t.field({
      type: Tenant,
      description: 'The tenant that the request is made in.',
      resolve: users.viewerTenant,
    }),
    role: t.expose('role', { type: RoleType, description: 'Your role in the tenant.' }),
    permissions: t.field({
      type: [PermissionType],
      description: 'The permissions that you have with the credential of this request.',
      resolve: users.viewerPermissions,
    }),
    tokens: t.field({
      permission: 'token:write',
      type: [AccessToken],
      description:
        'Your access tokens in this tenant, the newest first: the latest 200, and as many older ones that still give access.',
      resolve: call(listTokens),
    }),
  }),
});

builder.queryFields((t) => ({
  me: t.field({
    permission: null,
    type: Me,
    description: 'The authenticated user.',
    resolve: (_, __, { viewer }) => viewer,
  }),
  members: t.field({
    permission: 'member:read',
    type: [Member],
    nullable: true,
    description: 'The members of your tenant, in the order in which they joined.',
    complexity: { field: 1, multiplier: 10 },
    resolve: call(listMembers),
  }),
}));

const UpdateMeInput = builder.inputType('UpdateMeInput', {
  description: 'The changes to your user. Fields that are omitted or null are not changed.',
  fields: (t) => ({
    name: t.string({ maxLength: nameLength, description: 'The display name, 1 to 200 characters.' }),
    timeZone: t.string({
      description:
        'The IANA name of your time zone, such as `Europe/Berlin`. Dates without a time zone are interpreted in it.',
    }),
    defaultReminders: t.field({
      type: [ReminderInput],
      maxItems: defaultReminderCount,
      description: 'The reminders that are created for you by default, at most 5. They cannot be ABSOLUTE.',
    }),
    wantsReminderMails: t.boolean({ description: 'Whether EMAIL reminders are sent to you.' }),
  }),
});

const CreateTokenInput = builder.inputType('CreateTokenInput', {
  description: 'The fields of a new access token.',
  fields: (t) => ({
    name: t.string({
      required: true,
      maxLength: tokenNameLength,
      description: 'The name of the token, 1 to 100 characters.',
    }),
    scopes: t.field({
      type: [PermissionType],
      description:
        'The permissions to limit the token to. You must have each of them. By default, and with an empty list, the token has all permissions of your current credential.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When the token expires. It must be in the future and, if you use an access token, not after its expiry. By default, the token expires with the access token that you use; if that one does not expire or you use a JWT, it does not expire.',
    }),
  }),
});

const UpdateMePayload = payload(
  'updateMe',
  { user: { type: User, description: 'Your user.' } },
  {
    fields: (t) => ({
      me: t.field({
        type: Me,
        description: 'You, with your settings after the change.',
        resolve: (_, __, { viewer }) => viewer,
      }),
    }),
  },
);

const CreateTokenPayload = payload('createToken', {
  accessToken: { type: AccessToken, description: 'The access token, without its text.' },
  token: {
    type: 'String',
    nullable: true,
    description:
      'The text of the token, to be sent as `Authorization: Bearer <token>`. It cannot be read again. Null if the call is repeated with the same `idempotencyKey`.',
  },
});

const RevokeTokenPayload = payload('revokeToken', {
  accessToken: { type: AccessToken, description: 'The access token, without its text.' },
});

const changedMember = { member: { type: Member, description: 'The membership after the change.' } };

builder.mutationFields((t) => {
  const member = t.arg.id({
    for: User,
    required: true,
    description: 'The id of the user whose membership is changed.',
  });
  return {
    updateMe: t.field({
      permission: 'user:write',
      type: UpdateMePayload,
      description: 'Updates your name, your time zone and how you are reminded.',
      args: {
        input: t.arg({ type: UpdateMeInput, required: true, description: 'The changes to your user.' }),
        ...idempotencyKey,
      },
      resolve: call(updateMe),
    }),
    createToken: t.field({
      permission: 'token:write',
      type: CreateTokenPayload,
      description:
        'Creates a personal access token for you in this tenant. If it is created with another access token, it is revoked with that one. CONFLICT if you have too many tokens; expired and revoked ones do not count.',
      args: {
        input: t.arg({ type: CreateTokenInput, required: true, description: 'The access token to create.' }),
        ...idempotencyKey,
      },
      resolve: call(createToken),
    }),
    revokeToken: t.field({
      permission: 'token:write',
      type: RevokeTokenPayload,
      description:
        'Revokes an access token of yours, with all tokens that were created with it. They stop working immediately, and their subscriptions end.',
      args: {
        id: t.arg.id({ for: AccessToken, required: true, description: 'The id of the access token.' }),
        ...idempotencyKey,
      },
      resolve: call(revokeToken),
    }),
    changeRole: t.field({
      permission: 'member:write',
      type: payload('changeRole', changedMember),
      description:
        'Changes the role of a member. Their subscriptions end. FORBIDDEN if you are not an owner and the member is or becomes one; CONFLICT for the last owner.',
      args: {
        userId: member,
        role: t.arg({ type: RoleType, required: true, description: 'The new role.' }),
        ...idempotencyKey,
      },
      resolve: call(changeRole),
    }),
    removeMember: t.field({
      permission: 'member:write',
      type: payload('removeMember', changedMember),
      description:
        'Removes a member from the tenant. Their access tokens for this tenant stop working and their subscriptions end. Their open tasks, their active recurrences and the tasks that only they can see are assigned to another member. This cannot be undone.',
      args: {
        userId: member,
        handOverTo: t.arg.id({
          for: User,
          description: 'The id of the user who takes over the tasks. You by default.',
        }),
        ...idempotencyKey,
      },
      resolve: call(removeMember),
    }),
  };
});
