import { authorize } from '../auth/permissions.ts';
import type { EventType } from '../events/contract.ts';
import type { Comment, Recurrence, Reminder, Task } from '../generated/prisma/client.ts';
import { conflict, notFound } from '../shared/errors.ts';
import { parseRowJson } from '../shared/row-json.ts';
import type { Acting } from './acting.ts';
import { type Change, change } from './change.ts';
import { undoableComment } from './comments/undo-comment.ts';
import { undoableRecurrence } from './recurrences/undo-recurrence.ts';
import { undoableReminder } from './reminders/undo-reminder.ts';
import { undoableTask } from './tasks/undo-task.ts';
import type { Undoable } from './undoable.ts';

type RecordedEvent = { type: EventType; objectId: string; before: string | null; after: string | null };
type Row = { id: string; version: number };
/** An object that the undo has in hand: locked, and as it was found. */
type Held = { kind: Kind; found: Row; current: Row; isRestored: boolean };
type Kind = 'task' | 'comment' | 'reminder' | 'recurrence';

/**
 * The kinds of objects whose changes can be taken back, by the first part of their events' names. In the order in which
 * changes lock them, so that an undo and a change wait for each other instead of dying in a deadlock.
 */
const kinds: Record<Kind, Undoable<Row, EventType>> = {
  task: undoableTask,
  comment: undoableComment,
  reminder: undoableReminder,
  recurrence: undoableRecurrence,
};

export type Undone = { tasks: Task[]; comments: Comment[]; reminders: Reminder[]; recurrences: Recurrence[] };

/**
 * Takes back a change of the viewer's own: every row it touched gets its state before it; a created task goes to the
 * trash. All or nothing. An undo is a change itself and can be undone.
 * @throws AppError `NOT_FOUND`; `CONFLICT` when a row was changed since, or the change is of a kind that stays.
 */
export async function undo(
  acting: Acting,
  { changeId, idempotencyKey }: { changeId: string; idempotencyKey?: string | null },
): Promise<Undone & { changeId: string }> {
  authorize(acting.viewer, 'task:write');
  return change(acting, { operation: 'undo', input: { changeId }, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const recorded = await tx.query<RecordedEvent>('change-events', selectEvents, [tenantId, changeId, userId]);
    const events = recorded.filter((event) => !isTalk(event));
    if (events.length === 0) throw notFound('A change of yours with this id');
    for (const event of events) if (!(kindOf(event) in kinds)) throw staying(event);
    const held = await lockAll(tx, acting, events);
    for (const event of events) await undoEvent(tx, held, { acting, ...event });
    for (const { kind, found, current } of held.values()) {
      await kinds[kind].settle?.(tx, acting, { before: found, after: current });
    }
    return {
      tasks: rowsOf<Task>(held, 'task'),
      comments: rowsOf<Comment>(held, 'comment').filter(({ deletedAt }) => !deletedAt),
      reminders: rowsOf<Reminder>(held, 'reminder'),
      recurrences: rowsOf<Recurrence>(held, 'recurrence'),
    };
  });
}

/** Backward, so that a row touched twice ends where it began. */
const selectEvents = `
  SELECT type, "objectId", before::text, after::text FROM event
  WHERE "tenantId" = $1 AND "changeId" = $2 AND "actorId" = $3 ORDER BY id DESC`;

async function lockAll(tx: Change, acting: Acting, events: readonly RecordedEvent[]): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for (const kind of Object.keys(kinds) as Kind[]) {
    const ids = events.filter((event) => kindOf(event) === kind).map((event) => event.objectId);
    for (const id of [...new Set(ids)].sort()) {
      const row = await kinds[kind].lock(tx, acting, id);
      held.set(id, { kind, found: row, current: row, isRestored: false });
    }
  }
  return held;
}

async function undoEvent(
  tx: Change,
  held: Map<string, Held>,
  { acting, ...event }: RecordedEvent & { acting: Acting },
): Promise<void> {
  const row = held.get(event.objectId);
  if (!row || !event.after) throw staying(event);
  const { lock: _, describe, restore } = kinds[row.kind];
  // A row that the change touched twice is at a version of this undo by now.
  if (!row.isRestored && row.found.version !== parseRowJson<Row>(event.after).version) {
    throw conflict(`${describe(row.found)} was changed since; nothing is undone.`);
  }
  const before = event.before ? parseRowJson<Row>(event.before) : null;
  const restored = await restore(tx, row.current, { acting, event: event.type, before });
  if (!restored) throw staying(event);
  held.set(event.objectId, { ...row, current: restored, isRestored: true });
}

function rowsOf<R extends Row>(held: Map<string, Held>, kind: Kind): R[] {
  return [...held.values()].filter((row) => row.kind === kind).map((row) => row.current as R);
}

function kindOf({ type }: RecordedEvent): string {
  return type.slice(0, type.indexOf('.'));
}

function staying({ type }: RecordedEvent) {
  return conflict(`A change with ${type} cannot be undone.`);
}

/** What was said stays said, and a file stays read: undoing what they did leaves the conversation and the import. */
function isTalk({ type }: RecordedEvent): boolean {
  return /^(conversation|chatMessage|chatProposal|transfer)\./.test(type);
}
