import { listEvents, watchEvents } from '../../domain/event-log/events.ts';
import { type EventType, eventDescriptions, eventTypes, type LoggedEvent } from '../../events/contract.ts';
import { optionalUserIn } from '../../resolvers/call.ts';
import { connection } from '../../resolvers/connection.ts';
import * as events from '../../resolvers/events/events.ts';
import { builder } from '../builder.ts';
import { pageCost, pageOf } from '../connection.ts';
import { User } from '../members/users.ts';
import { addSubscription, streamPayload } from '../stream.ts';

/** `task.created` is TASK_CREATED in the API, `membership.roleChanged` is MEMBERSHIP_ROLE_CHANGED. */
function enumName(type: EventType): string {
  return type.replace('.', '_').replace(/[A-Z]/g, '_$&').toUpperCase();
}

export const EventTypeEnum = builder.enumType('EventType', {
  description: 'The type of an event: what it records.',
  values: Object.fromEntries(
    eventTypes.map((value) => [enumName(value), { value, description: eventDescriptions[value] }]),
  ) as Record<string, { value: EventType; description: string }>,
});

const Event = streamPayload<LoggedEvent>('Event', {
  permission: 'event:read',
  description:
    'An entry of the append-only event log. It records what was changed, by whom, and the object before and after.',
  fields: (t) => ({
    type: t.expose('type', { type: EventTypeEnum, description: 'What the event records.' }),
    objectId: t.id({ description: 'The global id of the object that was changed.', resolve: events.objectId }),
    changeId: t.exposeID('changeId', {
      description: 'The id of the change that the event is part of. The events of one mutation have the same id.',
    }),
    actor: t.field({
      type: User,
      nullable: true,
      description: 'The user who made the change. Null if Errand made it itself.',
      resolve: optionalUserIn('actorId'),
    }),
    requestId: t.exposeString('requestId', { description: 'The id of the request that made the change.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When the change was made.' }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description: 'The object before the change. Null if it was created, or if its data was erased.',
    }),
    after: t.expose('after', {
      type: 'JSON',
      nullable: true,
      description: 'The object after the change. Null if it was deleted, or if its data was erased.',
    }),
  }),
});

const EventFilter = builder.inputType('EventFilter', {
  description: 'Conditions for events. An event matches if all given conditions hold.',
  fields: (t) => ({
    types: t.field({ type: [EventTypeEnum], description: 'The event has one of these types.' }),
    objectId: t.id({ for: 'Node', description: 'The event is about the object with this global id.' }),
    actorId: t.id({ for: User, description: 'The change was made by the user with this id.' }),
    changeId: t.id({ for: 'Change', description: 'The event is part of the change with this id.' }),
  }),
});

builder.queryFields((t) => ({
  eventCursor: t.string({
    permission: null,
    description:
      'The current position in the event stream. To follow changes without missing any, request this cursor first, then read the data, and then subscribe with `after` set to the cursor.',
    resolve: events.eventCursor,
  }),
  events: t.connection(
    {
      permission: 'event:read',
      type: Event,
      nullable: true,
      description:
        'The event log of your tenant, the oldest event first. Only forward pagination with `first` and `after` is supported.',
      args: { filter: t.arg({ type: EventFilter, description: 'Returns only events that match this filter.' }) },
      complexity: pageCost,
      resolve: connection(listEvents),
    },
    ...pageOf('Event', 'events'),
  ),
}));

addSubscription('eventAppended', {
  permission: 'event:read',
  description: 'The events of your tenant, as they are appended to the event log.',
  args: builder.args((t) => ({
    types: t.field({ type: [EventTypeEnum], description: 'Reports only events of these types. All types by default.' }),
  })),
  payloads: { EVENT: Event },
  watch: watchEvents,
});
