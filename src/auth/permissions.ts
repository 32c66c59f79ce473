import type { Role } from '../generated/prisma/enums.ts';
import { AppError } from '../shared/errors.ts';

/** All permissions. The scopes of a token are some of these. */
export const permissions = [
  'task:read',
  'task:write',
  'member:read',
  'member:write',
  'token:write',
  'event:read',
  'reminder:write',
  'comment:moderate',
  'project:manage',
  'user:erase',
  'chat:use',
  'execution:read',
  'execution:submit',
] as const;
export type Permission = (typeof permissions)[number];

/**
 * What a caller is allowed to do: the role in the tenant, and the scopes of the credential; null means no restriction.
 */
export type Grant = { role: Role; scopes: ReadonlySet<Permission> | null };

const viewer = ['task:read', 'member:read', 'token:write'] as const satisfies Permission[];
const member = [...viewer, 'task:write', 'reminder:write', 'chat:use'] as const satisfies Permission[];
const operator = [...member, 'execution:read', 'execution:submit'] as const satisfies Permission[];
const admin = [
  ...operator,
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
  return (permissions as readonly string[]).includes(value);
}

/** Whether a caller's role grants a permission and, for a scoped token, the token does too. */
export function isAllowed({ role, scopes }: Grant, permission: Permission): boolean {
  return rolePermissions[role].includes(permission) && (scopes?.has(permission) ?? true);
}

/** The first line of every domain function. @throws AppError `FORBIDDEN`, naming the permission. */
export function authorize(grant: Grant, permission: Permission): void {
  if (isAllowed(grant, permission)) return;
  throw new AppError(
    'FORBIDDEN',
    `This operation requires the permission ${permission}, which your role or token does not grant.`,
  );
}
