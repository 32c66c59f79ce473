import { isAllowed, permissions } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { readTenant } from '../../domain/tenants/read-tenant.ts';
import type { RequestContext } from '../context.ts';

export function viewerTenant(_: Viewer, __: unknown, context: RequestContext) {
  return readTenant(context);
}

export function viewerPermissions(viewer: Viewer) {
  return permissions.filter((permission) => isAllowed(viewer, permission));
}
