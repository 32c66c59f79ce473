/** What is known of an operation from the message that starts it until graphql-ws is done with it. */
export type RunningOperation = {
  /** Its client has completed it; it may still be ending. */
  isCompleted: boolean;
  /** The message that starts the next operation of the same id, which waits for this one to end. */
  next: string | null;
};

type Take = (message: string) => Promise<void>;

/**
 * Hands the messages of one socket to graphql-ws so that it works on one operation of an id at a time. A client may
 * complete an operation and use its id again while the server still starts or ends the first one. graphql-ws knows
 * operations by their id alone: it would lose the first one's stream, which then outlived its socket, and answer under
 * the id of the second.
 */
export function orderOperations(options: {
  take: Take;
  /** The operations that run, by id: filled here. */
  running: Map<string, RunningOperation>;
  /** Called when graphql-ws is done with an operation. */
  onEnd: (id: string) => void;
  /** Called when a client starts an operation under an id that is in use. */
  onDuplicate: (id: string) => void;
}): Take {
  const { take, running, onEnd, onDuplicate } = options;

  async function run(id: string, message: string): Promise<void> {
    const operation: RunningOperation = { isCompleted: false, next: null };
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
    const { type, id } = headOf(message);
    if (id === null) return take(message);
    const earlier = running.get(id);
    if (type === 'complete' && earlier) Object.assign(earlier, { isCompleted: true, next: null });
    if (type !== 'subscribe') return take(message);
    if (!earlier) return run(id, message);
    if (!earlier.isCompleted || earlier.next !== null) return onDuplicate(id);
    earlier.next = message;
  };
}

/** What kind of message it is, and of which operation. What cannot be read is graphql-ws' to refuse. */
function headOf(message: string): { type: unknown; id: string | null } {
  try {
    const { type, id } = JSON.parse(message) as { type?: unknown; id?: unknown };
    return { type, id: typeof id === 'string' ? id : null };
  } catch {
    return { type: null, id: null };
  }
}
