import { type EventFilter, listEvents, watchEvents } from '../../domain/event-log/events.ts';
import type { EventType, LoggedEvent } from '../../events/contract.ts';
import { encodeStreamCursor } from '../../shared/cursor.ts';
import { invalidInput } from '../../shared/errors.ts';
import { encodeGlobalId, splitGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { checkChangeId, optionalId } from '../ids.ts';
import { delivered, startCursor } from '../subscriptions.ts';

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

export async function events(
  _: unknown,
  {
    filter,
    ...args
  }: {
    filter?: EventFilter | null;
    first?: number | null;
    after?: string | null;
    last?: number | null;
    before?: string | null;
  },
  context: RequestContext,
) {
  if (args.last != null || args.before != null) {
    throw invalidInput([
      {
        path: [args.last != null ? 'last' : 'before'],
        message: 'The event log supports only forward pagination. Use first and after.',
      },
    ]);
  }
  return toConnection(await listEvents(context, { ...args, filter: filter && decodeFilter(filter) }));
}

export function objectId({ type, objectId: id }: Pick<LoggedEvent, 'type' | 'objectId'>) {
  return encodeGlobalId(typenames[type.split('.')[0] ?? ''] ?? 'Object', id);
}

export function actor({ actorId }: Pick<LoggedEvent, 'actorId'>, _: unknown, { loaders }: RequestContext) {
  return actorId ? loaders.user.load(actorId) : null;
}

export function eventAppended(
  _: unknown,
  { types, after }: { types?: readonly EventType[] | null; after?: string | null },
  context: RequestContext,
) {
  const options = { types: types ?? null, after: startCursor(context, after), signal: context.stream.access };
  return delivered(context, watchEvents(context, options));
}

function decodeFilter({ objectId: object, actorId, changeId, types }: EventFilter): EventFilter {
  const parts = object == null ? null : splitGlobalId(object);
  if (object != null && !parts) throw invalidInput([{ path: ['filter', 'objectId'], message: 'This is not an id.' }]);
  return {
    types,
    objectId: parts?.id,
    actorId: optionalId('User', actorId, ['filter', 'actorId']),
    changeId: changeId && checkChangeId(changeId, ['filter', 'changeId']),
  };
}
