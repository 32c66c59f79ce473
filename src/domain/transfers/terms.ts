import type { Permission } from '../../auth/permissions.ts';
import type { TransferKind } from '../../generated/prisma/enums.ts';
import { rowJob } from '../../queues/contract.ts';

/** What each kind needs, when it is started, while it runs, and when its file is fetched or put. */
export const permissionOf: Record<TransferKind, Permission> = { EXPORT: 'task:read', IMPORT: 'task:write' };

/** Carries a transfer that can be taken up. */
export const transferJob = rowJob('transfer.run', 'transfers');

/** An import whose file has not come by then is given up. */
export const uploadMs = 60 * 60 * 1000;
