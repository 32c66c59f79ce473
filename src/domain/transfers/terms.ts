import { authorize, type Grant, type Permission } from '../../auth/permissions.ts';
import type { TransferKind } from '../../generated/prisma/enums.ts';
import { rowJob } from '../../queues/contract.ts';

/** The file of an export has the e-mail addresses of assignees and of the authors of comments. */
const permissionsOf: Record<TransferKind, readonly Permission[]> = {
  EXPORT: ['task:read', 'member:read'],
  IMPORT: ['task:write'],
};

/**
 * What a transfer of each kind needs: at its start, while it runs, for access to its file, and to cancel it. @throws
 * AppError `FORBIDDEN`.
 */
export function authorizeTransfer(grant: Grant, kind: TransferKind): void {
  for (const permission of permissionsOf[kind]) authorize(grant, permission);
}

/** The job for a transfer that can be claimed. */
export const transferJob = rowJob('transfer.run', 'transfers');

/** An import without a file fails after this time. */
export const uploadMs = 60 * 60 * 1000;
