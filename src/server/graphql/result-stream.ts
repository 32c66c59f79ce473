import { toClientError } from './client-errors.ts';
import type { OperationContext } from './operation-context.ts';
import type { MakePayload, Payload } from './payloads.ts';

type Step = IteratorResult<Payload, undefined>;
export type ResultStream = AsyncIterableIterator<Payload, undefined, undefined>;

/**
 * The payloads of a subscription. Each is made when it is requested. The stream never rejects: whatever ends it, including
 * the end of the viewer's access, is its last payload. `return` returns the source immediately, even while it waits for an
 * event. A generator could not do this, because its `return` waits for a pending `next`.
 */
export function resultStream(options: {
  source: AsyncIterable<unknown>;
  payloadOf: MakePayload;
  context: OperationContext;
  onEnd: () => void;
}): ResultStream {
  const { payloadOf, context, onEnd } = options;
  const { stream, exchange, app } = context;
  const source = options.source[Symbol.asyncIterator]();
  let isOver = false;
  /** The result of the next call if the access ended between two calls. */
  let last: Step | null = null;
  let answer: ((step: Step) => void) | null = null;

  function end(): void {
    if (isOver) return;
    isOver = true;
    stream.access.removeEventListener('abort', loseAccess);
    onEnd();
    // If the source fails while it is being returned, only the log can report it.
    source.return?.()?.catch((error: unknown) => app.log.error({ err: error }, 'A subscription could not be ended.'));
  }

  function failed(error: unknown): Step {
    const clientError = toClientError(error, { requestId: context.requestId, log: app.log });
    exchange.code = clientError.extensions.code;
    end();
    return { done: false, value: { text: JSON.stringify({ errors: [clientError] }), cursor: null } };
  }

  function loseAccess(): void {
    if (isOver) return;
    const step = failed(stream.access.reason);
    if (answer) settle(step);
    else last = step;
  }

  function settle(step: Step): void {
    const resolve = answer;
    answer = null;
    resolve?.(step);
  }

  async function produce(): Promise<void> {
    try {
      const item = await source.next();
      if (isOver) return;
      if (item.done) {
        end();
        return settle(finished);
      }
      const made = payloadOf(item.value);
      const payload = made instanceof Promise ? await made : made;
      settle({ done: false, value: payload });
    } catch (error) {
      if (!isOver) settle(failed(error));
    }
  }

  stream.access.addEventListener('abort', loseAccess);
  if (stream.access.aborted) loseAccess();

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const step = last;
      last = null;
      if (step) return Promise.resolve(step);
      if (isOver) return Promise.resolve(finished);
      return new Promise((resolve) => {
        answer = resolve;
        void produce();
      });
    },
    async return() {
      end();
      settle(finished);
      return finished;
    },
  };
}

const finished: Step = { done: true, value: undefined };
