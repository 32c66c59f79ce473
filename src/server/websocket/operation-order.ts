import { CloseCode } from 'graphql-ws';
import { jsonFault } from '../json-bounds.ts';

/** The state of an operation from its subscribe message until graphql-ws is done with it. */
export type RunningOperation = {
  /** The client has completed it; it may still be ending on the server. */
  isCompleted: boolean;
  /** The message that starts the next operation of the same id, which waits for this one to end. */
  next: string | null;
  /** The size of its message, which is kept as long as it runs. */
  size: number;
};

/** Clients use UUIDs or numbers. The reason of a close frame has room for this many characters. */
const maxIdLength = 64;

type Take = (message: string) => Promise<void>;

/**
 * Passes the messages of one socket to graphql-ws so that only one operation per id is active. A client may complete an
 * operation and reuse its id while the server still starts or ends the first operation. graphql-ws identifies
 * operations only by id: it would lose the first stream, which would outlive the socket and send its results under the
 * id of the second operation.
 */
export function orderOperations(options: {
  take: Take;
  /** The running operations by id. This module fills it. */
  running: Map<string, RunningOperation>;
  /** Called when graphql-ws is done with an operation. */
  onEnd: (id: string) => void;
  /** The number of values that the JSON of a message can have. */
  maxValues: number;
  /** Called with a message that ends the socket: it is too large, or its id is in use or too long. */
  onRefusal: (code: CloseCode, reason: string) => void;
}): Take {
  const { take, running, onEnd, maxValues, onRefusal } = options;

  async function run(id: string, message: string): Promise<void> {
    const operation: RunningOperation = { isCompleted: false, next: null, size: message.length };
    running.set(id, operation);
    try {
      await take(message);
    } finally {
      running.delete(id);
      onEnd(id);
    }
    if (operation.next !== null) await run(id, operation.next);
  }

  return async (message) => {
    const fault = jsonFault(message, maxValues);
    if (fault) return onRefusal(CloseCode.BadRequest, fault.message);
    const { type, id } = headOf(message);
    if (id === null) return take(message);
    const earlier = running.get(id);
    if (type === 'complete' && earlier) Object.assign(earlier, { isCompleted: true, next: null });
    if (type !== 'subscribe') return take(message);
    if (id.length > maxIdLength)
      return onRefusal(CloseCode.BadRequest, `The id is longer than ${maxIdLength} characters`);
    if (!earlier) return run(id, message);
    if (!earlier.isCompleted || earlier.next !== null) {
      return onRefusal(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    }
    earlier.next = message;
  };
}

/** The type and the operation id of a message. graphql-ws rejects messages that cannot be parsed. */
function headOf(message: string): { type: unknown; id: string | null } {
  try {
    const { type, id } = JSON.parse(message) as { type?: unknown; id?: unknown };
    return { type, id: typeof id === 'string' ? id : null };
  } catch {
    return { type: null, id: null };
  }
}
