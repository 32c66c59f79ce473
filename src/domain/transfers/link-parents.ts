import type { Viewer } from '../../auth/viewer.ts';
import { AppError } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { changeTask } from '../task-operations/change-task.ts';
import { lockFamily, seenIn } from '../tasks/family.ts';
import { placeOfImported } from '../tasks/parent.ts';
import { completeStep, type TransferAttempt } from './run.ts';

/** The number of tasks in one step. */
const stepSize = 200;

type Link = { taskId: string; parentId: string };

const selectUnlinked = `SELECT child."taskId", parent."taskId" AS "parentId" FROM transfer_row child
  JOIN transfer_row parent ON parent."transferId" = child."transferId" AND parent."rowId" = child."parentRowId"
  WHERE child."transferId" = $1 ORDER BY child."taskId" LIMIT ${stepSize}`;

const markLinked = `UPDATE transfer_row SET "parentRowId" = NULL WHERE "transferId" = $1 AND "taskId" = ANY($2)`;

/**
 * Places tasks under parents whose rows came later in the file, after all rows are imported. An export is in the order
 * of creation, and a task may be older than its parent. If the parent is not in the file, the task has no parent.
 */
export async function linkParents(run: TransferAttempt): Promise<void> {
  for (;;) {
    const { acting, lease } = run;
    const { rows } = await acting.app.db.query<Link>(selectUnlinked, [lease.row.id]);
    if (rows.length === 0) return;
    await completeStep(run, async (tx, viewer) => {
      for (const link of rows) await linkTask(tx, viewer, link);
      await tx.write('mark-linked-rows', markLinked, [lease.row.id, rows.map(({ taskId }) => taskId)]);
      return { event: 'transfer.progressed', changes: {} };
    });
  }
}

/** A task that does not fit there (a cycle, too many levels, another project) has no parent. */
async function linkTask(tx: Change, viewer: Viewer, { taskId, parentId }: Link): Promise<void> {
  const family = await lockFamily(tx, viewer, { below: [taskId], above: [parentId, taskId] });
  const task = seenIn(family, taskId);
  // Somebody may have moved or deleted it in the meantime.
  if (!task || task.deletedAt || task.parentId) return;
  try {
    const place = placeOfImported(family, task, parentId);
    await changeTask(tx, task, { event: 'task.updated', changes: place });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
