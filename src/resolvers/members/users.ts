import { isAllowed, permissions } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { RequestContext } from '../context.ts';

export function viewerTenant({ tenantId }: Viewer, _: unknown, { app }: RequestContext) {
  return app.prisma.tenant.findUniqueOrThrow({ where: { id: tenantId } });
}

export function viewerPermissions(viewer: Viewer) {
  return permissions.filter((permission) => isAllowed(viewer, permission));
}
