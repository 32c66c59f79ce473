import { conflict } from '../../shared/errors.ts';
import { deleteRecord } from '../records/delete-records.ts';
import { onRecord } from '../records/on-record.ts';
import { saveRecord } from '../records/save-records.ts';
import { requireManager } from './manage.ts';
import { projectRecords } from './store.ts';

const asWriter = (operation: string) => ({ operation, permission: 'task:write' }) as const;

/**
 * Archives a project: no tasks can be added until it is restored; its tasks stay. @throws AppError `NOT_FOUND`,
 * `CONFLICT`, `PRECONDITION_FAILED`.
 */
export const archiveProject = onRecord(projectRecords, asWriter('archiveProject'), async (tx, before) => {
  if (before.archivedAt) throw conflict('The project is already archived.');
  const changes = { archivedAt: tx.now };
  return { project: await saveRecord(tx, projectRecords, before, { event: 'project.archived', changes }) };
});

/**
 * Restores an archived project: tasks can be added again. @throws AppError `NOT_FOUND`, `CONFLICT`,
 * `PRECONDITION_FAILED`.
 */
export const restoreProject = onRecord(projectRecords, asWriter('restoreProject'), async (tx, before) => {
  if (!before.archivedAt) throw conflict('The project is not archived.');
  const changes = { archivedAt: null };
  return { project: await saveRecord(tx, projectRecords, before, { event: 'project.restored', changes }) };
});

const isEmpty = `SELECT WHERE NOT EXISTS (SELECT FROM task WHERE "tenantId" = $1 AND "projectId" = $2)
  AND NOT EXISTS (SELECT FROM recurrence WHERE "tenantId" = $1 AND "projectId" = $2)`;

/**
 * Deletes a project permanently if it is empty, including the trash. It cannot be undone. @throws AppError `NOT_FOUND`,
 * `PRECONDITION_FAILED`; `CONFLICT` unless it is empty; `FORBIDDEN` without permission to manage it.
 */
export const deleteProject = onRecord(projectRecords, asWriter('deleteProject'), async (tx, before, { viewer }) => {
  requireManager(viewer, before);
  // While it is locked, no task can be added, so an empty project stays empty.
  const found = await tx.query('is-project-empty', isEmpty, [before.tenantId, before.id]);
  if (found.length === 0)
    throw conflict('The project has tasks (possibly in the trash) or recurrences. Archive it instead.');
  await deleteRecord(tx, projectRecords, before, 'project.deleted');
  return { id: before.id };
});
