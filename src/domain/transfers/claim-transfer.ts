import { isPermission } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Transfer } from '../../generated/prisma/client.ts';
import type { DueRow } from '../../queues/contract.ts';
import { type Acting, appOf } from '../records/acting.ts';
import { type Change, changeAsMember } from '../records/change.ts';
import { saveRecord } from '../records/save-records.ts';
import { isExhausted, type RetryPolicy } from '../work/retry.ts';
import type { WorkContext } from '../work/work.ts';
import { transferRecords } from './store.ts';
import { uploadMs } from './terms.ts';

/** A claimed transfer, and the viewer it acts for. */
export type TransferClaim = { row: Transfer; acting: Acting };

/**
 * A transfer is dead after this many consecutive attempts without a completed step: what ended two workers would end the
 * next one too.
 */
export const retry: RetryPolicy = { maxAttempts: 2, backoffMs: () => 0 };
/** The number of transfers of a tenant that run at once; only one while a tenant waits that has none. */
const runningPerTenant = 2;

const selectUser = `
  SELECT t."tenantId", t."userId", t."timeZone", t.scopes, m.role FROM transfer t JOIN membership m USING ("tenantId", "userId")
  WHERE t.id = $1`;

/** A transfer acts for the user who started it, with the time zone and the scopes of the token at that time. */
async function actingFor({ app, requestId }: WorkContext, id: string): Promise<Acting | null> {
  type Row = Pick<Viewer, 'tenantId' | 'userId' | 'timeZone' | 'role'> & { scopes: string[] };
  const { rows } = await app.db.query<Row>({ name: 'user-of-transfer', text: selectUser, values: [id] });
  if (!rows[0]) return null;
  const { scopes, ...member } = rows[0];
  const limits = scopes.length > 0 ? new Set(scopes.filter(isPermission)) : null;
  const viewer = { ...member, scopes: limits, tokenId: null, invitationId: null, expiresAt: null };
  return { app: appOf(app, viewer), requestId, viewer };
}

const lock = `
  SELECT ${transferRecords.columns} FROM transfer WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND "finishedAt" IS NULL
    AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" < clock_timestamp())
  FOR UPDATE`;

const countRunning = `
  SELECT FROM transfer WHERE "tenantId" = $1 AND "finishedAt" IS NULL AND "leaseExpiresAt" >= clock_timestamp()`;

const findOther = `
  SELECT FROM transfer waiting WHERE "tenantId" <> $1 AND "finishedAt" IS NULL AND status = 'QUEUED' AND NOT EXISTS (
    SELECT FROM transfer running WHERE running."tenantId" = waiting."tenantId" AND running."finishedAt" IS NULL
      AND running."leaseExpiresAt" >= clock_timestamp())
  LIMIT 1`;

/** Claims a transfer. Null if there is nothing to do: it has another version than the job, or must wait. */
export async function claimTransfer(context: WorkContext, { id, version }: DueRow): Promise<TransferClaim | null> {
  const acting = await actingFor(context, id);
  if (!acting) return null;
  const { row } = await changeAsMember(acting, async (tx) => {
    const [found] = await tx.query<Transfer>('lock-transfer-version', lock, [acting.viewer.tenantId, id, version]);
    return { row: found ? await judge(tx, found) : null };
  });
  return row && { row, acting };
}

async function judge(tx: Change, found: Transfer): Promise<Transfer | null> {
  if (found.status === 'AWAITING_CONTENT') {
    if (tx.now.getTime() - found.updatedAt.getTime() > uploadMs)
      await giveUp(tx, found, 'No file was uploaded within one hour.');
    return null;
  }
  if (isExhausted(retry, found.attempts)) {
    await giveUp(
      tx,
      found,
      isUnread(found) ? unread : 'The transfer failed twice because of an internal error. Try again.',
    );
    return null;
  }
  if (!(await isItsTurn(tx, found))) return null;
  const changes = { startedAt: found.startedAt ?? tx.now, attempts: found.attempts + 1 };
  return saveRecord(tx, transferRecords, found, { event: 'transfer.started', changes });
}

async function isItsTurn(tx: Change, { tenantId }: Transfer): Promise<boolean> {
  const running = await tx.query('count-running-transfers', countRunning, [tenantId]);
  if (running.length === 0 || running.length >= runningPerTenant) return running.length === 0;
  return (await tx.query('find-other-transfer', findOther, [tenantId])).length === 0;
}

/** Whether no attempt has read the file to its end. */
const isUnread = ({ kind, total }: Transfer) => kind === 'IMPORT' && total === null;
const unread = 'The file could not be read: two attempts ended before its end. Nothing was imported.';

async function giveUp(tx: Change, found: Transfer, errorMessage: string): Promise<void> {
  await saveRecord(tx, transferRecords, found, {
    event: 'transfer.failed',
    changes: { errorCode: 'UNAVAILABLE', errorMessage },
  });
}
