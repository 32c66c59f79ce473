import { authorize } from '../../auth/permissions.ts';
import type { Membership, Tenant, User } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';

type Reading = Pick<Acting, 'app' | 'viewer'>;

/** The viewer's tenant. */
export function readTenant({ app, viewer }: Reading): Promise<Tenant> {
  return app.prisma.tenant.findUniqueOrThrow({ where: { id: viewer.tenantId } });
}

/** Those of the users who are or were members of the viewer's tenant. @throws AppError `FORBIDDEN`. */
export async function readUsers({ app, viewer }: Reading, ids: readonly string[]): Promise<User[]> {
  authorize(viewer, 'member:read');
  const memberships = { some: { tenantId: viewer.tenantId } };
  return app.prisma.user.findMany({ where: { id: { in: [...ids] }, memberships } });
}

/** The memberships of those of the users who are members of the viewer's tenant. @throws AppError `FORBIDDEN`. */
export async function readMembers({ app, viewer }: Reading, userIds: readonly string[]): Promise<Membership[]> {
  authorize(viewer, 'member:read');
  const { tenantId } = viewer;
  return app.prisma.membership.findMany({ where: { tenantId, userId: { in: [...userIds] }, removedAt: null } });
}
