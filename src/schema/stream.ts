import type { InputFieldMap, InputShapeFromFields } from '@pothos/core';
import type { Permission } from '../auth/permissions.ts';
import type { LoggedEvent } from '../events/contract.ts';
import type { StreamSignal } from '../events/event-log.ts';
import { type Item, subscription, type Watch } from '../resolvers/subscriptions.ts';
import { encodeStreamCursor, type StreamCursor } from '../shared/cursor.ts';
import { builder, capitalized, type Fields, type Types } from './builder.ts';

/** The fields of every subscription payload. */
const StreamPayload = builder.interfaceRef<{ cursor: StreamCursor }>('StreamPayload').implement({
  permission: null,
  description: 'A payload of a subscription.',
  fields: (t) => ({
    cursor: t.string({
      description:
        'The position of this payload in the stream. Pass it as `after` to resume the subscription after this payload.',
      resolve: ({ cursor }) => encodeStreamCursor(cursor),
    }),
  }),
});

/** What the stream itself tells. */
type Signal<K = StreamSignal['kind']> = Extract<StreamSignal, { kind: K }>;

const StreamReady = builder.objectRef<Signal<'READY'>>('StreamReady').implement({
  permission: null,
  description:
    'The first payload of a subscription. What is read from the API from now on is at least as recent as this cursor.',
  interfaces: [StreamPayload],
});

const StreamCheckpoint = builder.objectRef<Signal<'CHECKPOINT'>>('StreamCheckpoint').implement({
  permission: null,
  description:
    'A payload without news, sent every 30 seconds, so that clients have a recent cursor even when nothing matches.',
  interfaces: [StreamPayload],
});

const StreamResync = builder.objectRef<Signal<'RESYNC'>>('StreamResync').implement({
  permission: null,
  description:
    'What you know may be out of date, and you have to read it again. Either the objects that you can see changed as a whole, because you gained or lost access to a project, or the given cursor cannot be resumed, because it is older than the stream is kept or from before the database was restored. The subscription continues from this cursor.',
  interfaces: [StreamPayload],
});

/** The argument of every subscription. */
const afterCursor = builder.args((t) => ({
  after: t.string({
    description:
      'Resumes after this cursor, which is from an earlier payload or from `eventCursor`. Without it, the subscription starts now.',
  }),
}));

/** A payload of a subscription that tells of an event. Without a permission, whoever may subscribe may read it. */
export function streamPayload<Shape>(
  name: string,
  {
    description,
    fields,
    permission = null,
  }: { description: string; fields: Fields<{ cursor: StreamCursor } & Shape>; permission?: Permission | null },
) {
  return builder
    .objectRef<{ cursor: StreamCursor } & Shape>(name)
    .implement({ permission, description, interfaces: [StreamPayload], fields });
}

/** What payloads tell of the change that an event is part of. */
export function changeFields<Shape extends { event: Pick<LoggedEvent, 'changeId' | 'occurredAt'> }>(
  t: PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>,
) {
  return {
    changeId: t.id({
      description: 'The id of the change. The events of one mutation have the same id.',
      resolve: ({ event }) => event.changeId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  };
}

type Payloads = Record<string, { name: string; $inferType: object }>;
/** What a subscription with these payloads reports. */
type Reported<P extends Payloads> = Signal | { [K in keyof P]: Item & { kind: K } & P[K]['$inferType'] }[keyof P];

/** Adds a subscription. `payloads` has the type of each kind of item that it reports, besides those of the stream itself. */
export function addSubscription<P extends Payloads, Args extends InputFieldMap = Record<never, never>>(
  name: string,
  {
    permission,
    description,
    args,
    payloads,
    watch,
  }: {
    permission: Permission;
    description: string;
    args?: Args;
    payloads: P;
    watch: Watch<InputShapeFromFields<Args>, Reported<P>>;
  },
): void {
  const types: Payloads = { READY: StreamReady, CHECKPOINT: StreamCheckpoint, RESYNC: StreamResync, ...payloads };
  const union = builder.unionType(`${capitalized(name)}Payload`, {
    description: `A payload of the subscription \`${name}\`.`,
    types: Object.values(types) as (typeof StreamReady)[],
    resolveType: ({ kind }: Item) => types[kind]?.name,
  });
  builder.subscriptionField(name, (t) =>
    t.field({
      permission,
      type: union,
      description,
      args: { ...args, ...afterCursor },
      subscribe: subscription(name, watch) as never,
      resolve: (item) => item as never,
    }),
  );
}
