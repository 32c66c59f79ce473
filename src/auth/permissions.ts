import type { Role } from '../generated/prisma/enums.ts';
import { AppError } from '../shared/errors.ts';

/** Each permission, and what it allows. */
const allowed = {
  'task:read': 'Read the tasks, projects, recurrences, comments, reminders and transfers that you can see.',
  'task:write':
    'Create and change tasks, projects, recurrences and comments, and import tasks. To read what was changed, `task:read` is also needed.',
  'filter:write': 'Create, change and delete your saved filters.',
  'user:read': 'Read your settings: your default reminders, whether you get reminder e-mails, and your webhook.',
  'user:write': 'Change your name, your time zone and your settings.',
  'member:read': 'Read the members of the tenant, and the e-mail addresses and time zones of users.',
  'member:write': 'Invite and remove members, and change their roles.',
  'token:write': 'Create, list and revoke your access tokens and your calendar feed.',
  'event:read':
    'Read the whole event log of the tenant: every object before and after each change, whatever other permissions you have.',
  'reminder:write': 'Create, cancel, retry and acknowledge reminders, and create and delete your webhook.',
  'comment:moderate': 'Delete the comments of others.',
  'project:manage': 'Decide who can see a project that another user created, and delete it.',
  'user:erase': 'Erase the personal data of former members.',
  'chat:use': 'Read your conversations and send messages to Errand. What a message asks for needs its own permission.',
  'execution:read': 'Read executions, their steps and their logs.',
  'execution:submit': 'Submit and cancel executions, and resolve their steps.',
  'execution:prioritize':
    'Submit executions with a priority from 1 to 3 that is higher than the default of the plan. To submit, `execution:submit` is also needed.',
} as const;

export type Permission = keyof typeof allowed;

/** All permissions. The scopes of a token are some of these. */
export const permissions = Object.keys(allowed) as Permission[];

/** What a permission allows, as a sentence. */
export function describePermission(permission: Permission): string {
  return allowed[permission];
}

/**
 * What a caller is allowed to do: the role in the tenant, and the scopes of the credential; null means no restriction.
 */
export type Grant = { role: Role; scopes: ReadonlySet<Permission> | null };

const viewer = [
  'task:read',
  'filter:write',
  'user:read',
  'user:write',
  'member:read',
  'token:write',
] as const satisfies Permission[];
const member = [...viewer, 'task:write', 'reminder:write', 'chat:use'] as const satisfies Permission[];
const operator = [...member, 'execution:read', 'execution:submit'] as const satisfies Permission[];
const admin = [
  ...operator,
  'execution:prioritize',
  'comment:moderate',
  'member:write',
  'project:manage',
  'event:read',
] as const satisfies Permission[];
const owner = [...admin, 'user:erase'] as const satisfies Permission[];

/** The permissions of each role. */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  VIEWER: viewer,
  MEMBER: member,
  OPERATOR: operator,
  ADMIN: admin,
  OWNER: owner,
};

export function isPermission(value: string): value is Permission {
  return Object.hasOwn(allowed, value);
}

/** Whether a caller's role grants a permission and, for a scoped token, the token does too. */
export function isAllowed({ role, scopes }: Grant, permission: Permission): boolean {
  return rolePermissions[role].includes(permission) && (scopes?.has(permission) ?? true);
}

/** The first line of a function of the domain that is an operation; docs/security.md has the exceptions. @throws AppError `FORBIDDEN`, naming the permission. */
export function authorize(grant: Grant, permission: Permission, what = 'This operation'): void {
  if (isAllowed(grant, permission)) return;
  throw new AppError(
    'FORBIDDEN',
    `${what} requires the permission ${permission}, which your role or token does not grant.`,
  );
}
