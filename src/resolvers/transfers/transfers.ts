import type { PageArgs } from '../../domain/lists/page.ts';
import type { TaskFilter } from '../../domain/tasks/filter.ts';
import { cancelTransfer as cancel } from '../../domain/transfers/cancel-transfer.ts';
import {
  listChangeIds,
  listRowErrors,
  listTransfers,
  readTransfer,
  visibleTransfer,
} from '../../domain/transfers/read-transfers.ts';
import type { RowFault } from '../../domain/transfers/row-faults.ts';
import {
  startExport as beginExport,
  startImport as beginImport,
  type StartExportInput,
  type StartImportInput,
} from '../../domain/transfers/start-transfer.ts';
import { watchTransfer } from '../../domain/transfers/watch-transfer.ts';
import type { LoggedTransfer } from '../../events/contract.ts';
import type { TransferRowError } from '../../generated/prisma/client.ts';
import { decodeGlobalId, encodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { delivered, startCursor } from '../subscriptions.ts';
import { decodeFilter } from '../tasks/task-filter.ts';

type Keyed = { idempotencyKey?: string | null };

/** A transfer read from its table or from an event. */
export type TransferShape = LoggedTransfer;
export type TransferFaultShape = { code: string; message: string };

/** Rows that `node` can return. */
export function findTransfer<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  return visibleTransfer(viewer, id);
}

export function transfer(_: unknown, { id }: { id: string }, context: RequestContext) {
  return readTransfer(context, decodeGlobalId('Transfer', id, ['id']));
}

export async function transfers(_: unknown, args: PageArgs, context: RequestContext) {
  return toConnection(await listTransfers(context, args));
}

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

type ExportArgs = { input: Omit<StartExportInput, 'filter'> & { filter?: TaskFilter | null } } & Keyed;

export function startExport(_: unknown, args: ExportArgs, context: RequestContext) {
  const filter = args.input.filter && decodeFilter(args.input.filter, ['input', 'filter']);
  return beginExport(context, { ...args, input: { ...args.input, filter } });
}

export function startImport(_: unknown, args: { input: StartImportInput } & Keyed, context: RequestContext) {
  return beginImport(context, args);
}

export function cancelTransfer(_: unknown, args: { id: string } & Keyed, context: RequestContext) {
  return cancel(context, { ...args, id: decodeGlobalId('Transfer', args.id, ['id']) });
}

export async function transferUpdated(
  _: unknown,
  { id, after }: { id: string; after?: string | null },
  context: RequestContext,
) {
  const options = {
    id: decodeGlobalId('Transfer', id, ['id']),
    after: startCursor(context, after),
    signal: context.stream.access,
  };
  return delivered(context, await watchTransfer(context, options));
}
