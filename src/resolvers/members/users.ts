import { authorize, isAllowed, permissions } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { removeMember as remove } from '../../domain/departures/remove-member.ts';
import * as tokens from '../../domain/tenants/access-tokens.ts';
import * as me_ from '../../domain/tenants/me.ts';
import * as membership from '../../domain/tenants/members.ts';
import type { Membership } from '../../generated/prisma/client.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { decodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';
import { optionalId } from '../ids.ts';

type Keyed = { idempotencyKey?: string | null };

/** Users that `node` can return: those who are or were members of the viewer's tenant. */
export function findUser<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'member:read');
  return { id, memberships: { some: { tenantId: viewer.tenantId } } };
}

/** The tenant that `node` can return: the viewer's own. */
export function findTenant<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  return { id, AND: { id: viewer.tenantId } };
}

/** Memberships that `node` can return: the current members of the viewer's tenant among these keys. */
export function findMembers(keys: readonly string[], { viewer }: RequestContext) {
  authorize(viewer, 'member:read');
  const parts = keys.map((key) => key.split('.'));
  const userIds = parts.flatMap(([tenantId, userId]) => (tenantId === viewer.tenantId && userId ? [userId] : []));
  return { tenantId: viewer.tenantId, userId: { in: userIds }, removedAt: null };
}

/** Rows that `node` can return: the viewer's own. */
export function findToken<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  return { id, tenantId: viewer.tenantId, userId: viewer.userId };
}

export function me(_: unknown, __: unknown, { viewer }: RequestContext) {
  return viewer;
}

export function viewerUser(viewer: Viewer, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(viewer.userId);
}

export function viewerTenant({ tenantId }: Viewer, _: unknown, { app }: RequestContext) {
  return app.prisma.tenant.findUniqueOrThrow({ where: { id: tenantId } });
}

export function viewerPermissions(viewer: Viewer) {
  return permissions.filter((permission) => isAllowed(viewer, permission));
}

export function viewerTokens(_: Viewer, __: unknown, context: RequestContext) {
  return tokens.listTokens(context);
}

export function members(_: unknown, __: unknown, context: RequestContext) {
  return membership.listMembers(context);
}

export function memberUser({ userId }: Membership, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(userId);
}

export function updateMe(_: unknown, args: { input: me_.UpdateMeInput } & Keyed, context: RequestContext) {
  return me_.updateMe(context, args);
}

export function createToken(_: unknown, args: { input: tokens.CreateTokenInput } & Keyed, context: RequestContext) {
  return tokens.createToken(context, args);
}

export function revokeToken(_: unknown, args: { id: string } & Keyed, context: RequestContext) {
  return tokens.revokeToken(context, { ...args, id: decodeGlobalId('AccessToken', args.id, ['id']) });
}

export function changeRole(_: unknown, args: { userId: string; role: Role } & Keyed, context: RequestContext) {
  return membership.changeRole(context, { ...args, userId: decodeGlobalId('User', args.userId, ['userId']) });
}

type Removal = { userId: string; handOverTo?: string | null } & Keyed;

export function removeMember(_: unknown, args: Removal, context: RequestContext) {
  const handOverTo = optionalId('User', args.handOverTo, ['handOverTo']);
  return remove(context, {
    ...args,
    handOverTo,
    userId: decodeGlobalId('User', args.userId, ['userId']),
  });
}
