import type { ExecutionResult } from 'graphql';
import { encodeStreamCursor } from '../../shared/cursor.ts';
import { type ClientResult, toClientError, toClientResult } from './client-errors.ts';
import type { OperationContext } from './operation-context.ts';

type Step = IteratorResult<ClientResult, undefined>;
export type ResultStream = AsyncIterableIterator<ClientResult, undefined, undefined>;

/**
 * The results of a subscription, one for each event when it is asked for, with the event's cursor in
 * `extensions.cursor`. It never rejects: what ends it, also the end of the viewer's access, is its last result. Leaving
 * it returns the source at once, even while an event is awaited; a generator could not, since its `return` queues
 * behind a pending `next`.
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
  /** What the next call gets when the access was lost between two calls. */
  let last: Step | null = null;
  let answer: ((step: Step) => void) | null = null;

  function end(): void {
    if (isOver) return;
    isOver = true;
    stream.access.removeEventListener('abort', loseAccess);
    onEnd();
    // A source that fails while it is left has nobody to tell but the log.
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
