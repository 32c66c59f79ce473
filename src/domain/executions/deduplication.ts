import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { Viewer } from '../../auth/viewer.ts';

/**
 * What makes two submissions the same: who submits, and the plan, whatever the order of its keys. SHA-256 of JSON, whose
 * brackets and quotes keep the parts apart.
 */
export function deduplicationKey({ tenantId, userId }: Pick<Viewer, 'tenantId' | 'userId'>, plan: unknown): string {
  return createHash('sha256')
    .update(stringify([tenantId, userId, plan]) ?? '')
    .digest('hex');
}
