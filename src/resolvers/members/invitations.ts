import { authorize } from '../../auth/permissions.ts';
import type { RequestContext } from '../context.ts';

/** Rows that `node` can return to viewers who manage members. */
export function findInvitation<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'member:write');
  return { id, tenantId: viewer.tenantId };
}
