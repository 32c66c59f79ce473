import { conflict } from '../../shared/errors.ts';
import { onRecord } from '../records/on-record.ts';
import { saveRecord } from '../records/save-records.ts';
import { transferRecords } from './store.ts';
import { authorizeTransfer } from './terms.ts';
import { isFinal } from './transitions.ts';

const call = { operation: 'cancelTransfer', permission: 'task:read' } as const;

/**
 * Cancels a transfer of the viewer. Its worker writes nothing more; tasks that were already imported are kept. @throws
 * AppError `NOT_FOUND`; `FORBIDDEN` without the permissions of the transfer; `CONFLICT` if it has ended.
 */
export const cancelTransfer = onRecord(transferRecords, call, async (tx, before, { viewer }) => {
  authorizeTransfer(viewer, before.kind);
  if (isFinal(before.status)) throw conflict(`The transfer has ended: ${before.status}.`);
  return { transfer: await saveRecord(tx, transferRecords, before, { event: 'transfer.cancelled' }) };
});
