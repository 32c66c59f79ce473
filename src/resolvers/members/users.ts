import { authorize, isAllowed, permissions } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { RequestContext } from '../context.ts';

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

export function viewerTenant({ tenantId }: Viewer, _: unknown, { app }: RequestContext) {
  return app.prisma.tenant.findUniqueOrThrow({ where: { id: tenantId } });
}

export function viewerPermissions(viewer: Viewer) {
  return permissions.filter((permission) => isAllowed(viewer, permission));
}
