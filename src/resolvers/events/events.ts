import type { LoggedEvent } from '../../events/contract.ts';
import { encodeStreamCursor } from '../../shared/cursor.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';

/** The API's type of each table's objects. */
const typenames: Record<string, string> = {
  task: 'Task',
  project: 'Project',
  comment: 'Comment',
  reminder: 'Reminder',
  webhook: 'Webhook',
  recurrence: 'Recurrence',
  user: 'User',
  membership: 'User',
  erasure: 'User',
  invitation: 'Invitation',
  calendarFeed: 'CalendarFeed',
  savedFilter: 'SavedFilter',
  accessToken: 'AccessToken',
  conversation: 'Conversation',
  chatMessage: 'ChatMessage',
  chatProposal: 'ChatProposal',
  execution: 'Execution',
  executionStep: 'ExecutionStep',
  transfer: 'Transfer',
};

export async function eventCursor(_: unknown, __: unknown, { app }: RequestContext) {
  return encodeStreamCursor(await app.events.head());
}

export function objectId({ type, objectId: id }: Pick<LoggedEvent, 'type' | 'objectId'>) {
  return encodeGlobalId(typenames[type.split('.')[0] ?? ''] ?? 'Object', id);
}
