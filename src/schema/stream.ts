import type { StreamItem } from '../events/event-log.ts';
import { encodeStreamCursor, type StreamCursor } from '../shared/cursor.ts';
import { builder } from './builder.ts';

/** What every payload of a subscription has. */
export const StreamPayload = builder.interfaceRef<{ cursor: StreamCursor }>('StreamPayload').implement({
  description: 'A payload of a subscription.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Subscribe with after set to it to go on behind this payload.',
      resolve: ({ cursor }) => encodeStreamCursor(cursor),
    }),
  }),
});

type Signal<K> = Extract<StreamItem, { kind: K }>;

export const StreamReady = builder.objectRef<Signal<'READY'>>('StreamReady').implement({
  description: 'The first payload: the subscription stands. State read from now on is at this cursor or later.',
  interfaces: [StreamPayload],
});

export const StreamCheckpoint = builder.objectRef<Signal<'CHECKPOINT'>>('StreamCheckpoint').implement({
  description: 'Sent every 30 seconds, so that the cursor stays young when nothing matches.',
  interfaces: [StreamPayload],
});

export const StreamResync = builder.objectRef<Signal<'RESYNC'>>('StreamResync').implement({
  description:
    'What you see was changed at large: you came to see a project or see it no longer, or the cursor cannot be resumed (it is older than the stream is kept, or from before the database was restored). Read the state again; the subscription goes on from this cursor.',
  interfaces: [StreamPayload],
});

/** The argument that every subscription has. */
export const afterCursor = builder.args((t) => ({
  after: t.string({
    description:
      'Go on behind this cursor, of an earlier payload or of eventCursor. Without it the subscription starts now.',
  }),
}));
