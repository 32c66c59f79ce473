import type { ExecutionResult } from 'graphql';
import { encodeStreamCursor } from '../../shared/cursor.ts';
import { type ClientResult, toClientError, toClientResult } from './client-errors.ts';
import type { OperationContext } from './operation-context.ts';

type Step = IteratorResult<ClientResult, undefined>;
export type ResultStream = AsyncIterableIterator<ClientResult, undefined, undefined>;

/**
 * The results of a subscription. Each is executed when it is requested, and has the cursor of its event in
 * `extensions.cursor`. The stream never rejects: whatever ends it, including the end of the viewer's access, is its
 * last result. `return` returns the source immediately, even while it waits for an event. A generator could not do
 * this, because its `return` waits for a pending `next`.
 */
export function resultStream(options: {
  source: AsyncIterable<unknown>;
  execute: (event: unknown) => ExecutionResult | Promise<ExecutionResult>;
  context: OperationContext;
  onEnd: () => void;
}): ResultStream {
  const { execute, context, onEnd } = options;
  const { stream, exchange, app } = context;
  const source = options.source[Symbol.asyncIterator]();
  const translation = { requestId: context.requestId, log: app.log };
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
    const clientError = toClientError(error, translation);
    exchange.code = clientError.extensions.code;
    end();
    return { done: false, value: { errors: [clientError] } };
  }

  function loseAccess(): void {
    if (isOver) return;
    const step = failed(stream.access.reason);
    if (answer) answer(step);
    else last = step;
  }

  async function produce(): Promise<Step> {
    try {
      const event = await source.next();
      if (isOver) return finished;
      if (!event.done) return { done: false, value: await resultOf(event.value) };
      end();
      return finished;
    } catch (error) {
      return isOver ? finished : failed(error);
    }
  }

  async function resultOf(event: unknown): Promise<ClientResult> {
    const { cursor } = stream;
    const result = toClientResult(await execute(event), translation);
    return cursor ? { ...result, extensions: { cursor: encodeStreamCursor(cursor) } } : result;
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
        answer = (value) => {
          answer = null;
          resolve(value);
        };
        void produce().then((value) => answer?.(value));
      });
    },
    async return() {
      end();
      answer?.(finished);
      return finished;
    },
  };
}

const finished: Step = { done: true, value: undefined };
