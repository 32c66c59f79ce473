import { authorize } from '../../auth/permissions.ts';
import type { Transfer, TransferRowError } from '../../generated/prisma/client.ts';
import { listRecords } from '../lists/list-records.ts';
import { encodeKey, type Key, type Page, type PageArgs, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { type Reading, readRecord } from '../records/read-records.ts';
import { transferRecords } from './store.ts';

/** @throws AppError `NOT_FOUND`. */
export async function readTransfer(reading: Reading, id: string): Promise<Transfer> {
  authorize(reading.viewer, 'task:read');
  return readRecord(reading, transferRecords, id);
}

/** The viewer's transfers, the newest first. @throws AppError `INVALID_INPUT`. */
export async function listTransfers(acting: Acting, args: PageArgs): Promise<Page<Transfer>> {
  authorize(acting.viewer, 'task:read');
  return listRecords(acting, transferRecords, { args, order: { name: 'transfers', by: null, isDescending: true } });
}

/**
 * The refused rows of an import that the viewer was given, in the order of its file. @throws AppError `INVALID_INPUT`.
 */
export async function listRowErrors(
  { app, viewer }: Acting,
  { transferId, ...args }: { transferId: string } & PageArgs,
): Promise<Page<TransferRowError>> {
  authorize(viewer, 'task:read');
  const isKey = ([position, id]: Key) => /^\d{1,9}$/.test(position) && id === transferId;
  const order = { name: 'rowErrors', isKey };
  const query = pageQuery(args, order);
  const rows = await app.prisma.transferRowError.findMany({
    where: {
      tenantId: viewer.tenantId,
      transferId,
      position: {
        ...(query.after && { gt: Number(query.after[0]) }),
        ...(query.before && { lt: Number(query.before[0]) }),
      },
    },
    orderBy: { position: query.isBackward ? 'desc' : 'asc' },
    take: query.limit + 1,
  });
  return toPage(rows, query, ({ position }) => encodeKey(order, [String(position), transferId]));
}

const selectChanges = `
  SELECT "changeId" FROM event WHERE "tenantId" = $1 AND "objectId" = $2 AND type = 'transfer.progressed' ORDER BY id DESC`;

/**
 * The changes in which an import created its tasks, the latest first, as far as the log is kept; each can be undone.
 */
export async function listChangeIds({ app, viewer }: Acting, transferId: string): Promise<string[]> {
  authorize(viewer, 'task:read');
  const values = [viewer.tenantId, transferId];
  const { rows } = await app.db.query<{ changeId: string }>({
    name: 'changes-of-transfer',
    text: selectChanges,
    values,
  });
  return rows.map(({ changeId }) => changeId);
}
