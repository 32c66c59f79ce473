import { Prisma, type Transfer } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { ownedByUser } from '../records/erasure-rule.ts';
import { insertIfAbsent } from '../records/insert-records.ts';
import { defineRecords } from '../records/record-kind.ts';
import { dropContent } from './chunks.ts';
import { dropReferences } from './references.ts';
import { isFinal, transitions } from './transitions.ts';

/** The duration of a lease: after this time without renewal, another worker takes over the transfer. */
export const leaseMs = 15_000;
/** How long a transfer is kept after its end, with its file and refused rows. */
const keptMs = 7 * 24 * 60 * 60 * 1000;
/** The number of transfers that are kept for a user; a new one replaces the oldest. */
const keptPerUser = 10;

/** Transfers. With the end of one goes the content that nobody needs any more. */
export const transferRecords = defineRecords<'transfer', Transfer>({
  kind: 'transfer',
  table: 'transfer',
  noun: 'transfer',
  fields: Prisma.TransferScalarFieldEnum,
  fixed: ['userId', 'kind', 'format', 'filter', 'timeZone', 'scopes'],
  seen: (user) => `transfer."userId" = ${user}`,
  erasure: ownedByUser('transfer'),
  transitions,
  lease: { status: 'RUNNING', ms: leaseMs },
  normalise: (transfer, now) => {
    const expiresAt = new Date(now.getTime() + keptMs);
    return isFinal(transfer.status) ? { ...transfer, finishedAt: now, expiresAt } : transfer;
  },
  afterSave: async (tx, changed) => {
    for (const { after } of changed) {
      if (!isFinal(after.status)) continue;
      if (after.kind === 'IMPORT' || after.status !== 'SUCCEEDED') await dropContent(tx, after.id);
      if (after.kind === 'IMPORT') await dropReferences(tx, after.id);
    }
  },
});

const crowdOut = `UPDATE transfer SET "expiresAt" = $3 WHERE id IN (
  SELECT id FROM transfer WHERE "tenantId" = $1 AND "userId" = $2 AND "finishedAt" IS NOT NULL
  ORDER BY id DESC OFFSET ${keptPerUser - 1})`;

const running = 'You have a transfer that has not ended. Wait for it, or cancel it.';
const awaitingFile =
  'You have an import that waits for its file. Upload the file to its contentPath, or cancel the import with cancelTransfer.';

const selectAwaiting = `SELECT FROM transfer WHERE "tenantId" = $1 AND "userId" = $2 AND status = 'AWAITING_CONTENT'`;

async function isAwaitingFile(tx: Change, { tenantId, userId }: Transfer): Promise<boolean> {
  return (await tx.query('transfer-awaiting-file', selectAwaiting, [tenantId, userId])).length > 0;
}

/** @throws AppError `CONFLICT` while the user has a transfer that has not ended. */
export async function insertTransfer(tx: Change, transfer: Transfer): Promise<void> {
  const isAlone = await insertIfAbsent(tx, transferRecords, transfer);
  if (!isAlone) throw conflict((await isAwaitingFile(tx, transfer)) ? awaitingFile : running);
  await tx.write('crowd-out-transfers', crowdOut, [transfer.tenantId, transfer.userId, tx.now]);
}
