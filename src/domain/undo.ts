import { authorize } from '../auth/permissions.ts';
import type { EventType } from '../events/contract.ts';
import type { Comment, Project, Recurrence, Reminder, Task } from '../generated/prisma/client.ts';
import { conflict, notFound } from '../shared/errors.ts';
import { parseRowJson } from '../shared/row-json.ts';
import type { Acting } from './acting.ts';
import { type Change, change } from './change.ts';
import { type Kind, kindNames, kinds, names, prefixOf, type Row, undoing } from './undo-kinds.ts';
import type { Locked, Restored } from './undoable.ts';

type RecordedEvent = { type: EventType; objectId: string; before: Row | null; after: Row | null };
/** An object that the undo has in hand: locked, and as it was found. */
type Held = Locked<Row> & { kind: Kind; current: Row };

export type Undone = {
  tasks: Task[];
  comments: Comment[];
  reminders: Reminder[];
  recurrences: Recurrence[];
  projects: Project[];
};

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
    const events = await readEvents(tx, acting, changeId);
    const held = await lockAll(tx, acting, events);
    requireSight(held, events);
    for (const event of events) undoEvent(tx, held, event);
    for (const kind of kindNames) await kinds[kind].save(tx, acting, restoredOf(held, kind));
    for (const kind of kindNames) await kinds[kind].settle?.(tx, acting, restoredOf(held, kind));
    return {
      tasks: shown<Task>(held, 'task'),
      comments: shown<Comment>(held, 'comment').filter(({ deletedAt }) => !deletedAt),
      reminders: shown<Reminder>(held, 'reminder'),
      recurrences: shown<Recurrence>(held, 'recurrence'),
      projects: shown<Project>(held, 'project'),
    };
  });
}

/** Backward, so that a row touched twice ends where it began. */
const selectEvents = `
  SELECT type, "objectId", before::text, after::text FROM event
  WHERE "tenantId" = $1 AND "changeId" = $2 AND "actorId" = $3 ORDER BY id DESC`;

/** @throws AppError `NOT_FOUND`; `CONFLICT` when one of them stays. */
async function readEvents(tx: Change, { viewer }: Acting, changeId: string): Promise<RecordedEvent[]> {
  const values = [viewer.tenantId, changeId, viewer.userId];
  type Logged = { type: EventType; objectId: string; before: string | null; after: string | null };
  const recorded = await tx.query<Logged>('change-events', selectEvents, values);
  const events = recorded.filter(({ type }) => undoing(type) !== 'PASSED_OVER');
  if (events.length === 0) throw notFound('A change of yours with this id');
  return events.map(({ before, after, ...event }) => {
    if (undoing(event.type) === 'STAYS') throw staying(event.type);
    return { ...event, before: rowOf(before), after: rowOf(after) };
  });
}

function rowOf(json: string | null): Row | null {
  return json === null ? null : parseRowJson<Row>(json);
}

/** One statement for each kind, in the order of ids. @throws AppError `CONFLICT` when an object is gone. */
async function lockAll(tx: Change, acting: Acting, events: readonly RecordedEvent[]): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for (const kind of kindNames) {
    const ids = new Set(events.filter(({ type }) => prefixOf(type) === kind).map(({ objectId }) => objectId));
    if (ids.size === 0) continue;
    const locked = await kinds[kind].lock(tx, acting, [...ids]);
    if (locked.length < ids.size) {
      throw conflict(`Nothing is undone: a ${names[kind]} of this change was deleted for good since.`);
    }
    for (const one of locked) held.set(one.row.id, { ...one, kind, current: one.row });
  }
  return held;
}

/**
 * What the viewer changed they must still see. What followed from that they need not: the series of an occurrence of
 * theirs, the next one that it made, the reminders of that. @throws AppError `NOT_FOUND`.
 */
function requireSight(held: ReadonlyMap<string, Held>, events: readonly RecordedEvent[]): void {
  const ownSeries = new Set<string>();
  for (const { objectId, before, after } of events) {
    if (held.get(objectId)?.isSeen) for (const row of [before, after]) ownSeries.add(row?.recurrenceId ?? '');
  }
  ownSeries.delete('');
  for (const { objectId, before, after } of events) {
    const one = held.get(objectId);
    if (!one || one.isSeen) continue;
    const series = one.kind === 'recurrence' ? [objectId] : [before, after].map((row) => row?.recurrenceId);
    const follows = series.some((id) => id && ownSeries.has(id)) || (one.row.taskId && held.has(one.row.taskId));
    if (!follows) throw notFound(`A ${names[one.kind]} of this change`);
  }
}

function undoEvent(tx: Change, held: Map<string, Held>, { type, objectId, before, after }: RecordedEvent): void {
  const one = held.get(objectId);
  if (!one || !after || (!before && !type.endsWith('.created'))) throw staying(type);
  const { describe, restore } = kinds[one.kind];
  // A row that the change touched twice is at a version of this undo by now.
  if (one.current === one.row && one.row.version !== after.version) {
    throw conflict(`${describe(one.row)} was changed since; nothing is undone.`);
  }
  const current = restore(tx, one.current, { event: type, before });
  if (!current) throw staying(type);
  held.set(objectId, { ...one, current });
}

function restoredOf(held: ReadonlyMap<string, Held>, kind: Kind): Restored<Row>[] {
  return [...held.values()]
    .filter((one) => one.kind === kind)
    .map(({ row, current }) => ({ before: row, after: current }));
}

/** What followed from the viewer's change is put right, but shown only to those who see it. */
function shown<R extends Row>(held: ReadonlyMap<string, Held>, kind: Kind): R[] {
  return [...held.values()].filter((one) => one.kind === kind && one.isSeen).map(({ current }) => current as R);
}

function staying(type: EventType) {
  return conflict(`A change with ${type} cannot be undone.`);
}
