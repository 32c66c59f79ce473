import { authorize } from '../../auth/permissions.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { change } from '../change.ts';
import { requireMember } from '../tenants/members.ts';
import { dueColumns } from './due.ts';
import { type CreateTaskInput, createTaskSchema } from './input.ts';
import { insertTask } from './store.ts';

/** Makes a task of the viewer's. @throws AppError `INVALID_INPUT`; `NOT_FOUND` when the assignee is no member. */
export async function createTask(
  acting: Acting,
  { input, idempotencyKey }: { input: CreateTaskInput; idempotencyKey?: string | null },
): Promise<{ task: Task; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { due, ...fields } = validate(createTaskSchema, input);
  return change(acting, { operation: 'createTask', input, idempotencyKey }, async (tx) => {
    if (fields.assigneeId) await requireMember(tx, acting.viewer.tenantId, fields.assigneeId);
    const task: Task = {
      id: newId(),
      tenantId: acting.viewer.tenantId,
      creatorId: acting.viewer.userId,
      assigneeId: fields.assigneeId ?? null,
      title: fields.title,
      notes: fields.notes ?? null,
      status: 'ACTIVE',
      priority: fields.priority ?? 'MEDIUM',
      tags: fields.tags ?? [],
      ...dueColumns(due ?? null, acting.viewer.timeZone),
      version: 1,
      createdAt: tx.now,
      updatedAt: tx.now,
      completedAt: null,
      deletedAt: null,
    };
    await insertTask(tx, task);
    tx.record({ type: 'task.created', objectId: task.id, before: null, after: task });
    return { task };
  });
}
