import type { StreamItem } from '../events/event-log.ts';
import { encodeStreamCursor, type StreamCursor } from '../shared/cursor.ts';
import { builder } from './builder.ts';

/** The fields of every subscription payload. */
export const StreamPayload = builder.interfaceRef<{ cursor: StreamCursor }>('StreamPayload').implement({
  description: 'A payload of a subscription.',
  fields: (t) => ({
    cursor: t.string({
      description:
        'The position of this payload in the stream. Pass it as `after` to resume the subscription after this payload.',
      resolve: ({ cursor }) => encodeStreamCursor(cursor),
    }),
  }),
});

type Signal<K> = Extract<StreamItem, { kind: K }>;

export const StreamReady = builder.objectRef<Signal<'READY'>>('StreamReady').implement({
  description:
    'The first payload of a subscription. What is read from the API from now on is at least as recent as this cursor.',
  interfaces: [StreamPayload],
});

export const StreamCheckpoint = builder.objectRef<Signal<'CHECKPOINT'>>('StreamCheckpoint').implement({
  description:
    'A payload without news, sent every 30 seconds, so that clients have a recent cursor also when nothing matches.',
  interfaces: [StreamPayload],
});

export const StreamResync = builder.objectRef<Signal<'RESYNC'>>('StreamResync').implement({
  description:
    'What you know may be out of date, and you have to read it again. Either the objects that you can see changed as a whole, because you gained or lost access to a project, or the given cursor cannot be resumed, because it is older than the stream is kept or from before the database was restored. The subscription continues from this cursor.',
  interfaces: [StreamPayload],
});

/** The argument of every subscription. */
export const afterCursor = builder.args((t) => ({
  after: t.string({
    description:
      'Resumes after this cursor, which is from an earlier payload or from `eventCursor`. Without it, the subscription starts now.',
  }),
}));
