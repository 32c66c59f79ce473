import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { Prisma, type Task } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { erase, isPrivatePayload, isPrivateRow } from '../records/erasure-rule.ts';
import { lockRecord, type Target } from '../records/lock-records.ts';
import { type Reading, readRecord } from '../records/read-records.ts';
import { type Changed, defineRecords } from '../records/record-kind.ts';
import { taskSight } from './visibility.ts';
import { taskWords } from './words.ts';

const eraseTasks = `WITH private AS (SELECT id FROM task WHERE ${isPrivateRow} ORDER BY id FOR UPDATE)
  DELETE FROM task WHERE "tenantId" = $1 AND id IN (SELECT id FROM private)`;

/** Tasks, with their searched words: their own and those of their comments. */
export const taskRecords = defineRecords<'task', Task>({
  kind: 'task',
  table: 'task',
  noun: 'task',
  fields: Prisma.TaskScalarFieldEnum,
  fixed: ['creatorId'],
  seen: taskSight.sql,
  erasure: {
    isTheirs: isPrivatePayload,
    rows: (tx, member) => erase(tx, member, { name: 'erase-tasks', sql: eraseTasks, event: 'task.purged' }),
  },
  unread: {
    fields: ['ownWords', 'commentWords'],
    of: (after, before) => ({
      ownWords: before && before.title === after.title && before.notes === after.notes ? null : taskWords(after),
      commentWords: before ? null : '',
    }),
  },
  beforeSave: releaseDates,
});

const release = `UPDATE task SET "recurrenceId" = NULL, "occurrenceAt" = NULL
  WHERE "tenantId" = $1 AND id = ANY($2) AND "recurrenceId" IS NOT NULL`;

/** Prevents that two tasks have the same date of a recurrence while several dates change. */
async function releaseDates(tx: Change, changed: readonly Changed<Task>[]): Promise<void> {
  const redated = changed.filter(({ before, after }) => Number(before.occurrenceAt) !== Number(after.occurrenceAt));
  const [first] = redated;
  if (!first || redated.length === 1) return;
  const ids = redated.map(({ after }) => after.id);
  await tx.write('release-dates', release, [first.after.tenantId, ids]);
}

/** A task that the viewer can see, even in the trash. @throws AppError `NOT_FOUND`. */
export function readTask(reading: Reading, id: string): Promise<Task> {
  authorize(reading.viewer, 'task:read');
  return readRecord(reading, taskRecords, id);
}

/**
 * Locks a task that the viewer can see and that is not in the trash. @throws AppError like `lockRecord`; `CONFLICT` if
 * it is in the trash.
 */
export async function lockLiveTask(tx: Change, viewer: Viewer, target: Target): Promise<Task> {
  return requireLive(await lockRecord(tx, taskRecords, viewer, target));
}

/** The check of `lockLiveTask`, for a task that is already locked. */
export function requireLive(task: Task): Task {
  if (task.deletedAt) throw conflict('The task is in the trash. Restore it first.');
  return task;
}
