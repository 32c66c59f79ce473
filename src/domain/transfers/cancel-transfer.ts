import { authorize } from '../../auth/permissions.ts';
import type { Transfer } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { transferRecords } from './store.ts';
import { isFinal } from './transitions.ts';

/**
 * Cancels a transfer of the viewer. Its worker writes nothing more; tasks that were already imported are kept. @throws
 * AppError `NOT_FOUND`; `CONFLICT` if it has ended.
 */
export async function cancelTransfer(
  acting: Acting,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null },
): Promise<{ transfer: Transfer; changeId: string }> {
  const { viewer } = acting;
  authorize(viewer, 'task:read');
  return change(acting, { operation: 'cancelTransfer', input: { id }, idempotencyKey }, async (tx) => {
    const before = await lockRecord(tx, transferRecords, viewer, { id });
    if (isFinal(before.status)) throw conflict(`The transfer has ended: ${before.status}.`);
    return { transfer: await saveRecord(tx, transferRecords, before, { event: 'transfer.cancelled' }) };
  });
}
