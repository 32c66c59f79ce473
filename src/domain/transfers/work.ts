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
  isDue: () => hasWaiting,
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

/** `$1` is the present. */
const waiting = `FROM transfer WHERE "finishedAt" IS NULL AND (status = 'QUEUED' OR "leaseExpiresAt" < clock_timestamp()
  OR status = 'AWAITING_CONTENT' AND "updatedAt" < $1::timestamptz - ${uploadMs} * interval '1 millisecond')`;
const expired = 'FROM transfer WHERE "expiresAt" <= $1';

const hasWaiting = `EXISTS (SELECT ${waiting}) OR EXISTS (SELECT ${expired})`;

const find = `
  SELECT id, version FROM (
    SELECT id, version, row_number() OVER (PARTITION BY "tenantId" ORDER BY id) AS place ${waiting}
  ) waiting
  ORDER BY place, id LIMIT 100`;

const remove = `DELETE FROM transfer WHERE id IN (
  SELECT id ${expired} ORDER BY "expiresAt" LIMIT 10 FOR UPDATE SKIP LOCKED)`;

/**
 * Finds waiting transfers, transfers of dead workers, and imports without a file, of tenants in turn; deletes expired
 * transfers.
 */
async function findTransfers({ app: { db, clock } }: WorkContext) {
  const values = [clock.now()];
  const { rows } = await db.query<DueRow>({ name: 'find-transfers', text: find, values });
  await db.query({ name: 'remove-transfers', text: remove, values });
  return jobsOf(transferJob, rows);
}
