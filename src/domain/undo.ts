import { authorize } from '../auth/permissions.ts';
import type { EventType } from '../events/contract.ts';
import type { Task } from '../generated/prisma/client.ts';
import { conflict, notFound } from '../shared/errors.ts';
import { parseRowJson } from '../shared/row-json.ts';
import type { Acting } from './acting.ts';
import { type Change, change } from './change.ts';
import { lockTask, saveTask } from './tasks/store.ts';

type TaskEventType = Extract<EventType, `task.${string}`>;
type RecordedEvent = { type: EventType; objectId: string; before: string | null; after: string | null };

/** What undoing each event amounts to, and is recorded as. Events that are not here cannot be undone. */
const inverses: Partial<Record<EventType, TaskEventType>> = {
  'task.created': 'task.deleted',
  'task.updated': 'task.updated',
  'task.completed': 'task.reopened',
  'task.reopened': 'task.completed',
  'task.deleted': 'task.restored',
  'task.restored': 'task.deleted',
};

/**
 * Takes back a change of the viewer's own: every row it touched gets its state before it; a created task goes to the
 * trash. All or nothing. An undo is a change itself and can be undone.
 * @throws AppError `NOT_FOUND`; `CONFLICT` when a row was changed since, or the change is of a kind that stays.
 */
export async function undo(
  acting: Acting,
  { changeId, idempotencyKey }: { changeId: string; idempotencyKey?: string | null },
): Promise<{ tasks: Task[]; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  return change(acting, { operation: 'undo', input: { changeId }, idempotencyKey }, async (tx) => {
    const events = await tx.query<RecordedEvent>('change-events', selectEvents, [
      acting.viewer.tenantId,
      changeId,
      acting.viewer.userId,
    ]);
    if (events.length === 0) throw notFound('A change of yours with this id');
    const tasks: Task[] = [];
    for (const event of events.filter(({ type }) => !isTalk(type))) tasks.push(await undoEvent(tx, acting, event));
    return { tasks };
  });
}

/** Backward, so that a row touched twice ends where it began. */
const selectEvents = `
  SELECT type, "objectId", before::text, after::text FROM event
  WHERE "tenantId" = $1 AND "changeId" = $2 AND "actorId" = $3 ORDER BY id DESC`;

async function undoEvent(tx: Change, { viewer }: Acting, event: RecordedEvent): Promise<Task> {
  const type = inverses[event.type];
  if (!type || !event.after) throw conflict(`A change with ${event.type} cannot be undone.`);
  const then = parseRowJson<Task>(event.after);
  const before = await lockTask(tx, viewer, { id: event.objectId });
  if (before.version !== then.version)
    throw conflict(`The task "${before.title}" was changed since; nothing is undone.`);
  const task = await saveTask(tx, before, event.before ? parseRowJson<Task>(event.before) : { deletedAt: tx.now });
  tx.record({ type, objectId: task.id, before, after: task });
  return task;
}

/** What was said stays said: undoing what a message did leaves the conversation as it is. */
function isTalk(type: EventType): boolean {
  return /^(conversation|chatMessage|chatProposal)\./.test(type);
}
