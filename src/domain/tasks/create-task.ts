import type { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { type Change, change } from '../change.ts';
import { placeTask } from '../projects/place-task.ts';
import { addDefaultReminders, addReminders } from '../reminders/add-reminders.ts';
import { requireMember } from '../tenants/members.ts';
import { dueColumns } from './due.ts';
import { type CreateTaskInput, createTaskSchema } from './input.ts';
import { placeOfNew } from './parent.ts';
import { insertTask } from './store.ts';

/**
 * Makes a task of the viewer's. @throws AppError `INVALID_INPUT`, also for an assignee who does not see the project;
 * `NOT_FOUND` for an assignee who is no member or a project that is not seen; `CONFLICT` when it is archived.
 */
export async function createTask(
  acting: Acting,
  { input, idempotencyKey }: { input: CreateTaskInput; idempotencyKey?: string | null },
): Promise<{ task: Task; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const fields = validate(createTaskSchema, input);
  return change(acting, { operation: 'createTask', input, idempotencyKey }, async (tx) => ({
    task: await createTaskWithin(tx, acting.viewer, fields),
  }));
}

/**
 * The same as a part of a larger change. The caller has asked for the permission and validated the fields, which stand
 * `at`. A task that was done elsewhere is made COMPLETED. Whatever is refused is refused before anything is written, but
 * for a reminder.
 */
export async function createTaskWithin(
  tx: Change,
  viewer: Viewer,
  { due, reminders, completedAt = null, ...fields }: z.output<typeof createTaskSchema> & { completedAt?: Date | null },
  at: readonly string[] = ['input'],
): Promise<Task> {
  if (fields.assigneeId) await requireMember(tx, viewer.tenantId, fields.assigneeId);
  const assigneeId = fields.assigneeId ?? null;
  const wanted = { projectId: fields.projectId, isDone: completedAt !== null };
  const { parentId, projectId } = fields.parentId
    ? await placeOfNew(tx, viewer, { ...wanted, parentId: fields.parentId }, at)
    : { parentId: null, projectId: fields.projectId ?? null };
  if (projectId) await placeTask(tx, viewer, { projectId, assigneeId, isEntering: true }, at);
  const task: Task = {
    id: newId(),
    tenantId: viewer.tenantId,
    creatorId: viewer.userId,
    assigneeId,
    projectId,
    parentId,
    title: fields.title,
    notes: fields.notes ?? null,
    status: completedAt ? 'COMPLETED' : 'ACTIVE',
    priority: fields.priority ?? 'MEDIUM',
    tags: fields.tags ?? [],
    ...dueColumns(due ?? null, viewer.timeZone),
    version: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
    completedAt,
    deletedAt: null,
    recurrenceId: null,
    occurrenceAt: null,
  };
  await insertTask(tx, task);
  tx.record({ type: 'task.created', objectId: task.id, before: null, after: task });
  if (reminders?.length) {
    const placed = reminders.map((wanted, index) => ({ wanted, place: [...at, 'reminders', index] }));
    await addReminders(tx, viewer, { task, reminders: placed });
  } else if (!reminders && task.dueAt) await addDefaultReminders(tx, viewer, task);
  return task;
}
