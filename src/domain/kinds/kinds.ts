import type { Kind } from '../../events/contract.ts';
import { feedRecords } from '../calendar/feed.ts';
import { conversationRecords, messageRecords, proposalRecords } from '../chat/store.ts';
import { commentRecords } from '../comments/store.ts';
import { undoComment } from '../comments/undo-comment.ts';
import { executionRecords, stepRecords } from '../executions/rows.ts';
import { invitationRecords } from '../invitations/store.ts';
import { projectRecords } from '../projects/store.ts';
import { undoProject } from '../projects/undo-project.ts';
import type { Records } from '../records/record-kind.ts';
import type { UndoRule } from '../records/undo-rule.ts';
import { recurrenceRecords } from '../recurrences/store.ts';
import { undoRecurrence } from '../recurrences/undo-recurrence.ts';
import { reminderRecords } from '../reminders/store.ts';
import { undoReminder } from '../reminders/undo-reminder.ts';
import { webhookRecords } from '../reminders/webhooks.ts';
import { savedFilterRecords } from '../saved-filters/saved-filters.ts';
import { undoTask } from '../task-operations/undo-task.ts';
import { taskRecords } from '../tasks/store.ts';
import { tokenRecords } from '../tenants/access-tokens.ts';
import { userRecords } from '../tenants/me.ts';
import { memberRecords } from '../tenants/members.ts';
import { transferRecords } from '../transfers/store.ts';
import { erasureRecords } from './erasure-records.ts';

/** What an undo has to know of a record of any kind. */
export type Row = { id: string; version: number; recurrenceId?: string | null; taskId?: string };

/** A kind of records: what it says of itself, what it is in the API, and how its changes are undone. */
type Declared<K extends Kind> = {
  records: Records<K>;
  /** The type of what its events are about in the API. */
  typename: string;
  /**
   * REFUSED: the whole change cannot be undone. PASSED_OVER: what was said stays said, and a file stays read; the rest of
   * the change is undone.
   */
  undo: UndoRule<K, Row> | 'REFUSED' | 'PASSED_OVER';
};

export type Kinds<Name extends string> = { readonly [N in Name]: Declared<N & Kind> };

/**
 * Every kind of record, as the contract of the log has them. Those that can be undone stand in the order in which changes
 * lock them, so that an undo and a change wait for each other instead of dying in a deadlock.
 */
export const kinds: Kinds<Kind> = {
  task: { records: taskRecords, typename: 'Task', undo: undoTask },
  comment: { records: commentRecords, typename: 'Comment', undo: undoComment },
  reminder: { records: reminderRecords, typename: 'Reminder', undo: undoReminder },
  recurrence: { records: recurrenceRecords, typename: 'Recurrence', undo: undoRecurrence },
  project: { records: projectRecords, typename: 'Project', undo: undoProject },
  conversation: { records: conversationRecords, typename: 'Conversation', undo: 'PASSED_OVER' },
  chatMessage: { records: messageRecords, typename: 'ChatMessage', undo: 'PASSED_OVER' },
  chatProposal: { records: proposalRecords, typename: 'ChatProposal', undo: 'PASSED_OVER' },
  transfer: { records: transferRecords, typename: 'Transfer', undo: 'PASSED_OVER' },
  user: { records: userRecords, typename: 'User', undo: 'REFUSED' },
  membership: { records: memberRecords, typename: 'User', undo: 'REFUSED' },
  erasure: { records: erasureRecords, typename: 'User', undo: 'REFUSED' },
  invitation: { records: invitationRecords, typename: 'Invitation', undo: 'REFUSED' },
  accessToken: { records: tokenRecords, typename: 'AccessToken', undo: 'REFUSED' },
  calendarFeed: { records: feedRecords, typename: 'CalendarFeed', undo: 'REFUSED' },
  savedFilter: { records: savedFilterRecords, typename: 'SavedFilter', undo: 'REFUSED' },
  webhook: { records: webhookRecords, typename: 'Webhook', undo: 'REFUSED' },
  execution: { records: executionRecords, typename: 'Execution', undo: 'REFUSED' },
  executionStep: { records: stepRecords, typename: 'ExecutionStep', undo: 'REFUSED' },
};
