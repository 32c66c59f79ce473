import type { Permission } from '../../auth/permissions.ts';
import type { TransferKind } from '../../generated/prisma/enums.ts';
import { rowJob } from '../../queues/contract.ts';

/** The permission for each kind of transfer, checked at its start, while it runs, and for access to its file. */
export const permissionOf: Record<TransferKind, Permission> = { EXPORT: 'task:read', IMPORT: 'task:write' };

/** The job for a transfer that can be claimed. */
export const transferJob = rowJob('transfer.run', 'transfers');

/** An import without a file fails after this time. */
export const uploadMs = 60 * 60 * 1000;
