import { type EventType, eventTypes, type LoggedEvent } from '../events/contract.ts';
import type { StreamItem } from '../events/event-log.ts';
import * as events from '../resolvers/events.ts';
import { builder } from './builder.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';
import { User } from './users.ts';

/** `task.created` is TASK_CREATED in the API, `membership.roleChanged` is MEMBERSHIP_ROLE_CHANGED. */
function enumName(type: EventType): string {
  return type.replace('.', '_').replace(/[A-Z]/g, '_$&').toUpperCase();
}

export const EventTypeEnum = builder.enumType('EventType', {
  description: 'What an event records.',
  values: Object.fromEntries(
    eventTypes.map((value) => [enumName(value), { value, description: `Recorded as ${value}.` }]),
  ) as Record<string, { value: EventType; description: string }>,
});

const Event = builder.objectRef<LoggedEvent>('Event').implement({
  description: 'One entry of the append-only log: what changed, who did it, and the object before and after.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    type: t.expose('type', { type: EventTypeEnum, description: 'What it records.' }),
    objectId: t.id({ description: 'The id of the object.', resolve: events.objectId }),
    changeId: t.exposeID('changeId', { description: 'The change it belongs to.' }),
    actor: t.field({
      type: User,
      nullable: true,
      description: 'Who did it; null when Errand itself did.',
      resolve: events.actor,
    }),
    requestId: t.exposeString('requestId', { description: 'The request that did it.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it was done.' }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description: 'The object before; null when it was made, or was erased with its user.',
    }),
    after: t.expose('after', {
      type: 'JSON',
      nullable: true,
      description: 'The object after; null when it is gone, or was erased with its user.',
    }),
  }),
});

const EventFilter = builder.inputType('EventFilter', {
  description: 'Which events are meant: all that is given must hold.',
  fields: (t) => ({
    types: t.field({ type: [EventTypeEnum], description: 'Of one of these types.' }),
    objectId: t.id({ description: 'About this object.' }),
    actorId: t.id({ description: 'Done by this user.' }),
    changeId: t.id({ description: 'Of this change.' }),
  }),
});

builder.queryFields((t) => ({
  eventCursor: t.string({
    description:
      'The cursor of this moment. Read state after it, then subscribe with after set to it: nothing is missed.',
    resolve: events.eventCursor,
  }),
  events: t.connection(
    {
      type: Event,
      nullable: true,
      description:
        'The log of your tenant, oldest first; reads forward only. Needs event:read. Null, with an error, when you may not read it.',
      args: { filter: t.arg({ type: EventFilter, description: 'Which of them.' }) },
      complexity: ({ first }) => ({ field: 1, multiplier: first ?? 50 }),
      resolve: events.events,
    },
    { name: 'EventConnection', description: 'A page of events.' },
    { name: 'EventEdge', description: 'An event in a page.' },
  ),
}));

const typenames = { READY: 'StreamReady', CHECKPOINT: 'StreamCheckpoint', RESYNC: 'StreamResync' } as const;

type EventDelivery = Exclude<StreamItem, { kind: 'EVENT' }> | LoggedEvent;

builder.subscriptionField('eventAppended', (t) =>
  t.field({
    type: builder.unionType('EventAppendedPayload', {
      description: 'What a subscriber to the log gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, Event],
      resolveType: (item: EventDelivery) => ('kind' in item ? typenames[item.kind] : 'Event'),
    }),
    description: 'Every event of your tenant, as it is appended to the log. Needs event:read.',
    args: {
      types: t.arg({ type: [EventTypeEnum], description: 'Of these types; all unless given.' }),
      ...afterCursor,
    },
    subscribe: events.eventAppended,
    resolve: (item) => (item.kind === 'EVENT' ? item.event : item),
  }),
);
