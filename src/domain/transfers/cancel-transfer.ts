import { authorize } from '../../auth/permissions.ts';
import type { Transfer } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { moveTransfer, transferColumns } from './store.ts';
import { isFinal } from './transitions.ts';

const lock = `SELECT ${transferColumns} FROM transfer WHERE "tenantId" = $1 AND id = $2 AND "userId" = $3 FOR UPDATE`;

/**
 * Ends a transfer of the viewer's. Its worker writes nothing any more; what an import has made stays.
 * @throws AppError `NOT_FOUND`; `CONFLICT` when it has ended.
 */
export async function cancelTransfer(
  acting: Acting,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null },
): Promise<{ transfer: Transfer; changeId: string }> {
  const { viewer } = acting;
  authorize(viewer, 'task:read');
  return change(acting, { operation: 'cancelTransfer', input: { id }, idempotencyKey }, async (tx) => {
    const [before] = await tx.query<Transfer>('lock-transfer', lock, [viewer.tenantId, id, viewer.userId]);
    if (!before) throw notFound('The transfer');
    if (isFinal(before.status)) throw conflict(`The transfer has ended: ${before.status}.`);
    return { transfer: await moveTransfer(tx, before, { event: 'transfer.cancelled' }) };
  });
}
