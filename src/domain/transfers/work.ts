import type { DueRow } from '../../queues/contract.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { excerpt } from '../../shared/validate.ts';
import { changeAsMember } from '../records/change.ts';
import { saveIfCurrent } from '../records/save-records.ts';
import { leasedWork } from '../work/leased-work.ts';
import type { Failure } from '../work/retry.ts';
import { jobsOf, type WorkContext } from '../work/work.ts';
import { claimTransfer, retry, type TransferClaim } from './claim-transfer.ts';
import { runExport } from './run-export.ts';
import { runImport } from './run-import.ts';
import { leaseMs, transferRecords } from './store.ts';
import { transferJob, uploadMs } from './terms.ts';

const runs = { EXPORT: runExport, IMPORT: runImport };

/** Temporary errors: the next attempt may succeed. */
const passing: readonly ErrorCode[] = ['UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED'];

/**
 * Runs transfers from their current step to their ends. Every step is a transaction, so after a crash the next worker
 * continues after the last step.
 */
export const transferWork = leasedWork<TransferClaim, Failure & { code: ErrorCode }>({
  name: 'transfer',
  jobs: [transferJob],
  lease: { table: 'transfer', leaseMs },
  retry,
  findDue: findTransfers,
  claim: claimTransfer,
  perform: (_, { acting }, lease) => runs[lease.row.kind]({ acting, lease }),
  failureOf: (error) => {
    if (!(error instanceof AppError) || passing.includes(error.code)) return null;
    return { code: error.code, message: excerpt(error.message, 500), isFinal: true };
  },
  settle: async (_, { acting, row }, outcome) => {
    // Its last step set it to SUCCEEDED.
    if (outcome.kind === 'DONE') return;
    const { code: errorCode, message: errorMessage } = outcome.failure;
    const transition = { event: 'transfer.failed', changes: { errorCode, errorMessage } } as const;
    await changeAsMember(acting, async (tx) => ({
      failed: await saveIfCurrent(tx, transferRecords, row, transition),
    }));
  },
});

const find = `
  SELECT id, version FROM (
    SELECT id, version, row_number() OVER (PARTITION BY "tenantId" ORDER BY id) AS place FROM transfer
    WHERE "finishedAt" IS NULL AND (status = 'QUEUED' OR "leaseExpiresAt" < clock_timestamp()
      OR status = 'AWAITING_CONTENT' AND "updatedAt" < $1)
  ) waiting
  ORDER BY place, id LIMIT 100`;

const remove = `DELETE FROM transfer WHERE id IN (
  SELECT id FROM transfer WHERE "expiresAt" <= $1 ORDER BY "expiresAt" LIMIT 10 FOR UPDATE SKIP LOCKED)`;

/**
 * Finds waiting transfers, transfers of dead workers, and imports without a file, of tenants in turn; deletes expired
 * transfers.
 */
async function findTransfers({ app: { db, clock } }: WorkContext) {
  const now = clock.now();
  const values = [new Date(now.getTime() - uploadMs)];
  const { rows } = await db.query<DueRow>({ name: 'find-transfers', text: find, values });
  await db.query({ name: 'remove-transfers', text: remove, values: [now] });
  return jobsOf(transferJob, rows);
}
