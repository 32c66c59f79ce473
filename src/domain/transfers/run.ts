import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Transfer } from '../../generated/prisma/client.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { AppError } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, changeAsMember } from '../records/change.ts';
import { permissionOf } from './start-transfer.ts';
import { leaseMs, moveTransfer, TransferMovedOn } from './store.ts';
import type { TransferTransition } from './transitions.ts';

/** A worker's turn at a transfer. `held` is the newest version, which the worker alone knows to be so. */
export type Run = { acting: Acting; held: Transfer; readonly signal: AbortSignal; renewedMs: number };

type Advance = { event: TransferTransition; changes: Partial<Transfer> };

/**
 * One step of a run: `work` and the transfer's next state in one transaction, so that a step is done whole and once,
 * whoever dies. Its user's permission is asked anew each time.
 * @throws TransferMovedOn; AppError `FORBIDDEN`; the signal's reason when the process is to stop.
 */
export async function advance(run: Run, work: (tx: Change, viewer: Viewer) => Promise<Advance>): Promise<void> {
  run.signal.throwIfAborted();
  const { moved } = await changeAsMember(run.acting, async (tx) => {
    const viewer = await requireUser(tx, run);
    const { event, changes } = await work(tx, viewer);
    return { moved: await moveTransfer(tx, run.held, { event, changes: { attempts: 0, ...changes } }) };
  });
  run.held = moved;
  run.renewedMs = performance.now();
}

async function requireUser(tx: Change, { acting: { viewer }, held }: Run): Promise<Viewer> {
  const [member] = await tx.query<{ role: Role }>(
    'role-of-member',
    'SELECT role FROM membership WHERE "tenantId" = $1 AND "userId" = $2 AND "removedAt" IS NULL',
    [held.tenantId, held.userId],
  );
  if (!member) throw new AppError('FORBIDDEN', 'You are no longer a member of the tenant.');
  const current = { ...viewer, role: member.role };
  authorize(current, permissionOf[held.kind]);
  return current;
}

const renewAfterMs = leaseMs / 5;

const renew = `UPDATE transfer SET "leaseExpiresAt" = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
  WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND status = 'RUNNING'`;

/** To be called often in work that writes nothing for long. @throws as `advance`. */
export async function keepAlive(run: Run): Promise<void> {
  if (performance.now() - run.renewedMs < renewAfterMs) return;
  run.signal.throwIfAborted();
  const { tenantId, id, version } = run.held;
  const { rowCount } = await run.acting.app.db.query({
    name: 'renew-transfer',
    text: renew,
    values: [tenantId, id, version],
  });
  if (rowCount === 0) throw new TransferMovedOn(`The transfer ${id} does not have version ${version}.`);
  run.renewedMs = performance.now();
}

const release = `UPDATE transfer SET "leaseExpiresAt" = clock_timestamp()
  WHERE "tenantId" = $1 AND id = $2 AND version = $3 AND status = 'RUNNING'`;

/** Leaves a transfer to the next worker that looks. */
export async function releaseRun({ acting, held: { tenantId, id, version } }: Run): Promise<void> {
  await acting.app.db.query({ name: 'release-transfer', text: release, values: [tenantId, id, version] });
}
