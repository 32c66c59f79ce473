import { z } from 'zod';
import type { Transfer } from '../../generated/prisma/client.ts';
import { TransferFormat } from '../../generated/prisma/enums.ts';
import { newId } from '../../shared/ids.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { change, type Keyed } from '../records/change.ts';
import type { TaskFilter } from '../tasks/filter.ts';
import { countTasks } from '../tasks/list-tasks.ts';
import { enqueueNow, jobsOf } from '../work/work.ts';
import { insertTransfer } from './store.ts';
import { authorizeTransfer, transferJob } from './terms.ts';

type Started = { transfer: Transfer; changeId: string };

/** Larger exports are not counted in advance. */
const countLimit = 10_000;

/** The tasks to export; ids in the filter are UUIDs. */
type StartExportInput = { format: TransferFormat; filter?: TaskFilter | null };

/**
 * Starts an export of the tasks that the viewer can see. @throws AppError `CONFLICT` while they have another transfer.
 */
export async function startExport(
  acting: Acting,
  { input, idempotencyKey }: Keyed<StartExportInput>,
): Promise<Started> {
  authorizeTransfer(acting.viewer, 'EXPORT');
  const filter = input.filter ?? {};
  const count = await countTasks(acting, filter);
  const started = await change(acting, { operation: 'startExport', input, idempotencyKey }, async (tx) => {
    const { format } = input;
    const total = count > countLimit ? null : count;
    const transfer = newTransfer(acting, tx.now, { kind: 'EXPORT', status: 'QUEUED', format, total, filter });
    await insertTransfer(tx, transfer);
    return { transfer };
  });
  enqueueNow(acting.app, jobsOf(transferJob, [started.transfer]));
  return started;
}

const importSchema = z.object({ format: z.enum(TransferFormat), timeZone: timeZoneSchema.nullish() });
type StartImportInput = z.input<typeof importSchema>;

/**
 * Starts an import; it runs after its file was uploaded. @throws AppError `INVALID_INPUT`; `CONFLICT` like
 * `startExport`.
 */
export async function startImport(
  acting: Acting,
  { input, idempotencyKey }: Keyed<StartImportInput>,
): Promise<Started> {
  authorizeTransfer(acting.viewer, 'IMPORT');
  const { format, timeZone } = validate(importSchema, input);
  return change(acting, { operation: 'startImport', input, idempotencyKey }, async (tx) => {
    const status = 'AWAITING_CONTENT';
    const zone = timeZone ?? acting.viewer.timeZone;
    const transfer = newTransfer(acting, tx.now, { kind: 'IMPORT', status, format, timeZone: zone });
    await insertTransfer(tx, transfer);
    return { transfer };
  });
}

type Own = Pick<Transfer, 'kind' | 'status' | 'format'> & { total?: number | null; filter?: object; timeZone?: string };

function newTransfer({ viewer }: Acting, now: Date, own: Own): Transfer {
  return {
    id: newId(),
    tenantId: viewer.tenantId,
    userId: viewer.userId,
    total: null,
    done: 0,
    failed: 0,
    bytes: 0,
    ignoredColumns: [],
    position: null,
    errorCode: null,
    errorMessage: null,
    attempts: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
    expiresAt: null,
    leaseExpiresAt: null,
    timeZone: viewer.timeZone,
    scopes: [...(viewer.scopes ?? [])],
    ...own,
    filter: { ...own.filter },
  };
}
