import { authorize } from '../../auth/permissions.ts';
import type { LoggedProject } from '../../events/contract.ts';
import { conflict } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { change } from '../records/change.ts';
import { deleteRecord } from '../records/delete-records.ts';
import { lockRecord, type Target } from '../records/lock-records.ts';
import { saveRecord } from '../records/save-records.ts';
import { requireManager } from './manage.ts';
import { projectRecords } from './store.ts';

export type ProjectTarget = Target & { idempotencyKey?: string | null };
type ProjectChange = { project: LoggedProject; changeId: string };

/**
 * Archives a project: no tasks can be added until it is restored; its tasks stay. @throws AppError `NOT_FOUND`,
 * `CONFLICT`, `PRECONDITION_FAILED`.
 */
export async function archiveProject(acting: Acting, target: ProjectTarget): Promise<ProjectChange> {
  authorize(acting.viewer, 'task:write');
  return change(acting, callOf('archiveProject', target), async (tx) => {
    const before = await lockRecord(tx, projectRecords, acting.viewer, target);
    if (before.archivedAt) throw conflict('The project is already archived.');
    return {
      project: await saveRecord(tx, projectRecords, before, {
        event: 'project.archived',
        changes: { archivedAt: tx.now },
      }),
    };
  });
}

/**
 * Restores an archived project: tasks can be added again. @throws AppError `NOT_FOUND`, `CONFLICT`,
 * `PRECONDITION_FAILED`.
 */
export async function restoreProject(acting: Acting, target: ProjectTarget): Promise<ProjectChange> {
  authorize(acting.viewer, 'task:write');
  return change(acting, callOf('restoreProject', target), async (tx) => {
    const before = await lockRecord(tx, projectRecords, acting.viewer, target);
    if (!before.archivedAt) throw conflict('The project is not archived.');
    return {
      project: await saveRecord(tx, projectRecords, before, {
        event: 'project.restored',
        changes: { archivedAt: null },
      }),
    };
  });
}

const isEmpty = `SELECT WHERE NOT EXISTS (SELECT FROM task WHERE "tenantId" = $1 AND "projectId" = $2)
  AND NOT EXISTS (SELECT FROM recurrence WHERE "tenantId" = $1 AND "projectId" = $2)`;

/**
 * Deletes a project permanently if it is empty, including the trash. It cannot be undone. @throws AppError `NOT_FOUND`,
 * `PRECONDITION_FAILED`; `CONFLICT` unless it is empty; `FORBIDDEN` without permission to manage it.
 */
export async function deleteProject(acting: Acting, target: ProjectTarget): Promise<{ id: string; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  return change(acting, callOf('deleteProject', target), async (tx) => {
    const before = await lockRecord(tx, projectRecords, acting.viewer, target);
    requireManager(acting.viewer, before);
    // While it is locked, no task can be added, so an empty project stays empty.
    const found = await tx.query('is-project-empty', isEmpty, [before.tenantId, before.id]);
    if (found.length === 0)
      throw conflict('The project has tasks (possibly in the trash) or recurrences. Archive it instead.');
    await deleteRecord(tx, projectRecords, before, 'project.deleted');
    return { id: before.id };
  });
}

function callOf(operation: string, { id, expectedVersion, idempotencyKey }: ProjectTarget) {
  return { operation, input: { id, expectedVersion }, idempotencyKey };
}
