import type { Viewer } from '../../auth/viewer.ts';
import type { Transfer } from '../../generated/prisma/client.ts';
import type { Role } from '../../generated/prisma/enums.ts';
import { AppError } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, changeAsMember } from '../records/change.ts';
import { saveIfCurrent } from '../records/save-records.ts';
import type { RowLease } from '../work/row-lease.ts';
import { transferRecords } from './store.ts';
import { authorizeTransfer } from './terms.ts';
import type { TransferTransition } from './transitions.ts';

/** An attempt of a transfer. */
export type TransferAttempt = { acting: Acting; lease: RowLease<Transfer> };

type NextState = { event: TransferTransition; changes: Partial<Transfer> };

/**
 * One step of an attempt: `work` and the next state of the transfer in one transaction, so that a step is done
 * completely and once, even after a crash. Checks the user's permission each time. @throws StaleRecordError; AppError
 * `FORBIDDEN`; the reason of the signal when the process stops.
 */
export async function completeStep(
  { acting, lease }: TransferAttempt,
  work: (tx: Change, viewer: Viewer) => Promise<NextState>,
): Promise<void> {
  await lease.write(async () => {
    const { moved } = await changeAsMember(acting, async (tx) => {
      const viewer = await requireUser(tx, { acting, lease });
      const { event, changes } = await work(tx, viewer);
      const step = { event, changes: { attempts: 0, ...changes } };
      return { moved: await saveIfCurrent(tx, transferRecords, lease.row, step) };
    });
    return moved;
  });
}

async function requireUser(tx: Change, { acting: { viewer }, lease: { row } }: TransferAttempt): Promise<Viewer> {
  const [member] = await tx.query<{ role: Role }>(
    'role-of-member',
    'SELECT role FROM membership WHERE "tenantId" = $1 AND "userId" = $2 AND "removedAt" IS NULL',
    [row.tenantId, row.userId],
  );
  if (!member) throw new AppError('FORBIDDEN', 'You are no longer a member of the tenant.');
  const current = { ...viewer, role: member.role };
  authorizeTransfer(current, row.kind);
  return current;
}
