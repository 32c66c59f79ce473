import type { PageArgs } from '../../domain/lists/page.ts';
import { listChangeIds, listRowErrors } from '../../domain/transfers/read-transfers.ts';
import type { RowFault } from '../../domain/transfers/row-faults.ts';
import type { LoggedTransfer } from '../../events/contract.ts';
import type { TransferRowError } from '../../generated/prisma/client.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';

/** A transfer read from its table or from an event. */
export type TransferShape = LoggedTransfer;
export type TransferFaultShape = { code: string; message: string };

export async function rowErrors({ id }: TransferShape, args: PageArgs, context: RequestContext) {
  return toConnection(await listRowErrors(context, { ...args, transferId: id }));
}

export function rowFaults({ faults }: TransferRowError): RowFault[] {
  return faults as RowFault[];
}

export async function changeIds({ id, kind }: TransferShape, _: unknown, context: RequestContext) {
  return kind === 'IMPORT' ? listChangeIds(context, id) : [];
}

export function fault({ errorCode: code, errorMessage: message }: TransferShape): TransferFaultShape | null {
  return code === null ? null : { code, message: message ?? '' };
}

export function contentPath({ id }: TransferShape) {
  return `/transfers/${encodeGlobalId('Transfer', id)}`;
}
