import { isPermission } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Transfer } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, changeAsMember } from '../records/change.ts';
import { uploadMs } from './dispatch.ts';
import { moveTransfer, transferColumns } from './store.ts';

/** A transfer that was given up by so many workers in turn gets nowhere. */
const maxAttempts = 5;
/** So many of a tenant's transfers run at once; the others wait. */
const runningPerTenant = 2;

const selectUser = `
  SELECT t."tenantId", t."userId", t."timeZone", t.scopes, m.role FROM transfer t JOIN membership m USING ("tenantId", "userId")
  WHERE t.id = $1`;

/** A transfer acts for the user who started it, in the zone and with the scopes of the token that it was started with. */
export async function actingFor(app: Acting['app'], id: string, requestId: string): Promise<Acting | null> {
  type Row = Pick<Viewer, 'tenantId' | 'userId' | 'timeZone' | 'role'> & { scopes: string[] };
  const { rows } = await app.db.query<Row>({ name: 'user-of-transfer', text: selectUser, values: [id] });
  if (!rows[0]) return null;
  const { scopes, ...member } = rows[0];
  const limits = scopes.length > 0 ? new Set(scopes.filter(isPermission)) : null;
  const viewer = { ...member, scopes: limits, tokenId: null, invitationId: null, expiresAt: null };
  return { app, requestId, viewer };
}

const lock = `
  SELECT ${transferColumns} FROM transfer WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND "finishedAt" IS NULL
    AND ("leaseExpiresAt" IS NULL OR "leaseExpiresAt" < clock_timestamp())
  FOR UPDATE`;

const countRunning = `
  SELECT FROM transfer WHERE "tenantId" = $1 AND "finishedAt" IS NULL AND "leaseExpiresAt" >= clock_timestamp()`;

/** Takes a transfer that a job has word of. Null when there is nothing to do: it has moved on, or must wait. */
export async function claimTransfer(
  acting: Acting,
  { id, version }: { id: string; version: number },
): Promise<Transfer | null> {
  const { claimed } = await changeAsMember(acting, async (tx) => {
    const [found] = await tx.query<Transfer>('lock-transfer-version', lock, [acting.viewer.tenantId, id, version]);
    return { claimed: found ? await judge(tx, found) : null };
  });
  return claimed;
}

async function judge(tx: Change, found: Transfer): Promise<Transfer | null> {
  if (found.status === 'AWAITING_CONTENT') {
    if (tx.now.getTime() - found.updatedAt.getTime() > uploadMs)
      await giveUp(tx, found, 'No file was uploaded within one hour.');
    return null;
  }
  if (found.attempts >= maxAttempts) {
    await giveUp(tx, found, 'The transfer failed several times because of an internal error. Try again.');
    return null;
  }
  const running = await tx.query('count-running-transfers', countRunning, [found.tenantId]);
  if (running.length >= runningPerTenant) return null;
  const changes = { startedAt: found.startedAt ?? tx.now, attempts: found.attempts + 1 };
  return moveTransfer(tx, found, { event: 'transfer.started', changes });
}

async function giveUp(tx: Change, found: Transfer, errorMessage: string): Promise<void> {
  await moveTransfer(tx, found, { event: 'transfer.failed', changes: { errorCode: 'UNAVAILABLE', errorMessage } });
}
