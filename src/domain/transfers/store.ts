import type { LoggedTransfer } from '../../events/contract.ts';
import { Prisma, type Transfer } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { dropContent } from './chunks.ts';
import { dropReferences } from './references.ts';
import { isFinal, type TransferEvent, type TransferTransition, transitions } from './transitions.ts';

/** After so long without a sign of its worker a transfer is taken up by another. */
export const leaseMs = 15_000;
/** How long a transfer is kept after its end: its file, and what an import refused. */
const keptMs = 7 * 24 * 60 * 60 * 1000;
/** So many of a user's transfers are kept; an older one makes room for a new one. */
const keptPerUser = 10;

const columns = Object.keys(Prisma.TransferScalarFieldEnum) as (keyof Transfer)[];
const fixed: readonly (keyof Transfer)[] = [
  ...(['id', 'tenantId', 'userId', 'kind', 'format', 'filter', 'timeZone', 'scopes', 'createdAt'] as const),
  'leaseExpiresAt',
];
const changing = columns.filter((column) => !fixed.includes(column));

export const transferColumns = columns.map((column) => `transfer."${column}"`).join(', ');

const insert = `INSERT INTO transfer (${columns.map((column) => `"${column}"`).join(', ')})
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')}) ON CONFLICT DO NOTHING RETURNING id`;

/** A lease is only ever given by the database's own clock. */
const update = `UPDATE transfer SET ${changing.map((column, index) => `"${column}" = $${index + 5}`).join(', ')},
    "leaseExpiresAt" = CASE WHEN $${changing.indexOf('status') + 5} = 'RUNNING'::"TransferStatus"
      THEN clock_timestamp() + ${leaseMs} * interval '1 millisecond' END
  WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND status = ANY($4::"TransferStatus"[]) RETURNING id`;

const crowdOut = `UPDATE transfer SET "expiresAt" = $3 WHERE id IN (
  SELECT id FROM transfer WHERE "tenantId" = $1 AND "userId" = $2 AND "finishedAt" IS NOT NULL
  ORDER BY id DESC OFFSET ${keptPerUser - 1})`;

/** Thrown at who works on a transfer that has moved on without them: cancelled, or taken over. Nothing was written. */
export class TransferMovedOn extends Error {
  override readonly name = 'TransferMovedOn';
}

/** @throws AppError `CONFLICT` while the user has another one that has not ended. */
export async function insertTransfer(tx: Change, transfer: Transfer): Promise<void> {
  const values = columns.map((column) => (column === 'filter' ? JSON.stringify(transfer.filter) : transfer[column]));
  const inserted = await tx.query('insert-transfer', insert, values);
  if (inserted.length === 0) throw conflict('You have a transfer that has not ended. Wait for it, or cancel it.');
  await tx.query('crowd-out-transfers', crowdOut, [transfer.tenantId, transfer.userId, tx.now]);
  record(tx, 'transfer.created', null, transfer);
}

type Move = { event: TransferTransition; changes?: Partial<Transfer> };

/**
 * Moves a transfer from the state that the caller knows. With the end goes the content that nobody needs any more.
 * @throws TransferMovedOn when it is in another state by now.
 */
export async function moveTransfer(tx: Change, before: Transfer, { event, changes }: Move): Promise<Transfer> {
  const { from, to } = transitions[event];
  const ended = isFinal(to) ? { finishedAt: tx.now, expiresAt: new Date(tx.now.getTime() + keptMs) } : {};
  const after = { ...before, ...changes, ...ended, status: to, version: before.version + 1, updatedAt: tx.now };
  const values = [after.tenantId, after.id, before.version, from, ...changing.map((column) => after[column])];
  const moved = await tx.query('move-transfer', update, values);
  if (moved.length === 0)
    throw new TransferMovedOn(`The transfer ${before.id} does not have version ${before.version}.`);
  const keepsContent = after.kind === 'EXPORT' && to === 'SUCCEEDED';
  if (isFinal(to) && !keepsContent) await dropContent(tx, after.id);
  if (isFinal(to) && after.kind === 'IMPORT') await dropReferences(tx, after.id);
  record(tx, event, before, after);
  return after;
}

function record(tx: Change, type: TransferEvent, before: Transfer | null, after: Transfer): void {
  tx.record({ type, objectId: after.id, before: before && logged(before), after: logged(after) });
}

function logged({
  filter: _f,
  scopes: _s,
  position: _p,
  attempts: _a,
  leaseExpiresAt: _l,
  ...transfer
}: Transfer): LoggedTransfer {
  return transfer;
}
