import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { type Kind, kindOf } from '../../events/contract.ts';
import type { Comment, Project, Recurrence, Reminder, Task } from '../../generated/prisma/client.ts';
import { conflict, notFound } from '../../shared/errors.ts';
import type { Row } from '../kinds/kinds.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { lockRecords } from '../records/lock-records.ts';
import { recordNext, writeRecords } from '../records/save-records.ts';
import type { Restored } from '../records/undo-rule.ts';
import { type RecordedEvent, readEvents, refused } from './events.ts';
import { restoring, stateBefore } from './states.ts';
import { requireUnchanged } from './unchanged.ts';
import { inverseOf, type LockedRow, type Undoable, undoables } from './undoable.ts';

type Undone = {
  tasks: Task[];
  comments: Comment[];
  reminders: Reminder[];
  recurrences: Recurrence[];
  projects: Project[];
};

/**
 * Undoes a change of the viewer: every row returns to its state before the change, and a created task is moved to the
 * trash. All or nothing. The rows must be in the state that the change left; later changes that were undone do not
 * count, so changes are undone one after another, the latest first. An undo is a change and can be undone. It needs the
 * permissions that the change needed. @throws AppError `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` if a row was changed later, or
 * the change cannot be undone.
 */
export async function undo(
  acting: Acting,
  { changeId, idempotencyKey }: { changeId: string; idempotencyKey?: string | null },
): Promise<Undone & { changeId: string }> {
  return change(acting, { operation: 'undo', input: { changeId }, idempotencyKey }, async (tx) => {
    const events = await readEvents(tx, acting, changeId);
    const held = await lockAll(tx, acting, events);
    requireSight(held, events);
    requirePermissions(acting.viewer, held);
    const leftAlone = await requireUnchanged(tx, acting, { held, events });
    for (const id of leftAlone) held.delete(id);
    for (const event of events) if (!leftAlone.has(event.objectId)) undoEvent(tx, held, event);
    for (const undoable of undoables) await save(tx, acting, { held, undoable });
    for (const undoable of undoables) await finish(tx, acting, { held, undoable });
    return {
      tasks: shown<Task>(held, 'task'),
      comments: shown<Comment>(held, 'comment').filter(({ deletedAt }) => !deletedAt),
      reminders: shown<Reminder>(held, 'reminder'),
      recurrences: shown<Recurrence>(held, 'recurrence'),
      projects: shown<Project>(held, 'project'),
    };
  });
}

/** One statement per kind, in the order of ids. @throws AppError `CONFLICT` if an object was deleted. */
async function lockAll(tx: Change, acting: Acting, events: readonly RecordedEvent[]): Promise<Map<string, LockedRow>> {
  const held = new Map<string, LockedRow>();
  for (const undoable of undoables) {
    const { kind, records } = undoable;
    const ids = new Set(events.filter(({ type }) => kindOf(type) === kind).map(({ objectId }) => objectId));
    const locked = await lockRecords(tx, records, acting.viewer, [...ids]);
    if (locked.length < ids.size) {
      throw conflict(`Nothing was undone: a ${records.noun} of this change was permanently deleted later.`);
    }
    for (const one of locked) held.set(one.row.id, { ...one, undoable, current: one.row });
  }
  return held;
}

/**
 * The viewer must still be able to see what they changed, but not what followed from it: the recurrence of their
 * occurrence, the next occurrence, its reminders. @throws AppError `NOT_FOUND`.
 */
function requireSight(held: ReadonlyMap<string, LockedRow>, events: readonly RecordedEvent[]): void {
  const ownSeries = new Set<string>();
  for (const { objectId, before, after } of events) {
    if (held.get(objectId)?.isSeen) for (const row of [before, after]) ownSeries.add(row?.recurrenceId ?? '');
  }
  ownSeries.delete('');
  for (const { objectId, before, after } of events) {
    const one = held.get(objectId);
    if (!one || one.isSeen) continue;
    const series = one.undoable.kind === 'recurrence' ? [objectId] : [before, after].map((row) => row?.recurrenceId);
    const follows = series.some((id) => id && ownSeries.has(id)) || (one.row.taskId && held.has(one.row.taskId));
    if (!follows) throw notFound(`A ${one.undoable.records.noun} of this change`);
  }
}

/** Reminders that followed their task needed no permission of their own. @throws AppError `FORBIDDEN`. */
function requirePermissions(viewer: Viewer, held: ReadonlyMap<string, LockedRow>): void {
  for (const { row, undoable } of held.values()) {
    const { rule } = undoable;
    if (rule.followsTask && held.has(row.taskId ?? '')) continue;
    for (const permission of rule.requires(row, viewer)) authorize(viewer, permission, 'Undoing this change');
  }
}

function undoEvent(tx: Change, held: Map<string, LockedRow>, event: RecordedEvent): void {
  const { type, objectId, before, after } = event;
  const one = held.get(objectId);
  if (!one || !after || (!before && !type.endsWith('.created'))) throw refused(type);
  const { records, rule } = one.undoable;
  const inverse = inverseOf(one.undoable, type);
  if (!inverse) throw refused(type);
  const changes = rule.restore(one.current, { before, after }, tx.now);
  const restored = restoring(tx, stateBefore(event));
  const current = recordNext(restored, records, { before: one.current, event: inverse, changes });
  held.set(objectId, { ...one, current });
}

/** The records of one kind that an undo has in hand. */
type Part = { held: Map<string, LockedRow>; undoable: Undoable };

async function save(tx: Change, { viewer }: Acting, { held, undoable }: Part): Promise<void> {
  const { kind, records, rule } = undoable;
  const restored = restoredOf(held, kind);
  await rule.check?.(tx, viewer, restored);
  await writeRecords(tx, records, restored);
}

async function finish(tx: Change, { viewer }: Acting, { held, undoable }: Part): Promise<void> {
  const { kind, rule } = undoable;
  const changed = (await rule.afterRestore?.(tx, viewer, restoredOf(held, kind))) ?? [];
  for (const current of changed) {
    const one = held.get(current.id);
    if (one) held.set(current.id, { ...one, current });
  }
}

function restoredOf(held: ReadonlyMap<string, LockedRow>, kind: Kind): Restored<Row>[] {
  return [...held.values()]
    .filter((one) => one.undoable.kind === kind)
    .map(({ row, current, isSeen }) => ({ before: row, after: current, isSeen }));
}

/** Objects that followed from the viewer's change are restored, but returned only if the viewer can see them. */
function shown<R extends Row>(held: ReadonlyMap<string, LockedRow>, kind: Kind): R[] {
  return [...held.values()]
    .filter((one) => one.undoable.kind === kind && one.isSeen)
    .map(({ current }) => current as R);
}
