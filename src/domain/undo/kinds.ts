import type { EventType } from '../../events/contract.ts';
import { undoableComment } from '../comments/undo-comment.ts';
import { undoableProject } from '../projects/undo-project.ts';
import type { Locked } from '../records/record-kind.ts';
import type { Undoable } from '../records/undoable.ts';
import { undoableRecurrence } from '../recurrences/undo-recurrence.ts';
import { undoableReminder } from '../reminders/undo-reminder.ts';
import { undoableTask } from '../task-operations/undo-task.ts';

export type Kind = 'task' | 'comment' | 'reminder' | 'recurrence' | 'project';

/** What an undo has to know of an object of any kind. */
export type Row = { id: string; version: number; recurrenceId?: string | null; taskId?: string };

/** An object that an undo has in hand: locked, as it was found, and as it is to be. */
export type Held = Locked<Row> & { kind: Kind; current: Row };

/**
 * The kinds of objects whose changes can be taken back, by the first part of their events' names. In the order in which
 * changes lock them, so that an undo and a change wait for each other instead of dying in a deadlock.
 */
export const kinds: { [K in Kind]: Undoable<Row, EventType> } = {
  task: undoableTask,
  comment: undoableComment,
  reminder: undoableReminder,
  recurrence: undoableRecurrence,
  project: undoableProject,
};

export const kindNames = Object.keys(kinds) as Kind[];
/** What an object is called in a message. */
export const names: Record<Kind, string> = {
  task: 'task',
  comment: 'comment',
  reminder: 'reminder',
  recurrence: 'series',
  project: 'project',
};

export function prefixOf(type: EventType): string {
  return type.slice(0, type.indexOf('.'));
}

type Prefix = EventType extends infer T ? (T extends `${infer P}.${string}` ? P : never) : never;

/**
 * What an undo does about events of other kinds. STAYS: it refuses the whole change. PASSED_OVER: what was said stays
 * said, and a file stays read; the rest of the change is undone.
 */
const others: Record<Exclude<Prefix, Kind>, 'STAYS' | 'PASSED_OVER'> = {
  conversation: 'PASSED_OVER',
  chatMessage: 'PASSED_OVER',
  chatProposal: 'PASSED_OVER',
  transfer: 'PASSED_OVER',
  user: 'STAYS',
  membership: 'STAYS',
  erasure: 'STAYS',
  invitation: 'STAYS',
  accessToken: 'STAYS',
  calendarFeed: 'STAYS',
  savedFilter: 'STAYS',
  webhook: 'STAYS',
  execution: 'STAYS',
  executionStep: 'STAYS',
};

/** Whether an undo takes back what such an event records. */
export function undoing(type: EventType): 'UNDOABLE' | 'STAYS' | 'PASSED_OVER' {
  const prefix = prefixOf(type) as Prefix;
  return prefix in kinds ? 'UNDOABLE' : others[prefix as keyof typeof others];
}
