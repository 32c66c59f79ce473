import { AppError } from './errors.ts';

/** A position in the event stream. The epoch identifies the stream; `seq` is the last event seen in it. */
export type StreamCursor = { epoch: string; seq: bigint };

/** Subscribers of an event share its cursor, so it is encoded once for all of them. */
const encoded = new WeakMap<StreamCursor, string>();

/** The opaque text that clients store: base64url of `epoch:seq`. */
export function encodeStreamCursor(cursor: StreamCursor): string {
  const known = encoded.get(cursor);
  if (known) return known;
  const text = Buffer.from(`${cursor.epoch}:${cursor.seq}`).toString('base64url');
  encoded.set(cursor, text);
  return text;
}

/** @throws AppError `INVALID_INPUT` on `after` when the text is not a stream cursor. */
export function decodeStreamCursor(text: string): StreamCursor {
  const match = /^([0-9a-f-]{36}):(\d{1,19})$/.exec(Buffer.from(text, 'base64url').toString());
  if (!match) {
    const fault = { path: ['after'], message: 'This is not a cursor from eventCursor or a subscription.' };
    throw new AppError('INVALID_INPUT', `after: ${fault.message}`, { fields: [fault] });
  }
  return { epoch: match[1] as string, seq: BigInt(match[2] as string) };
}
