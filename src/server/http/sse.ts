import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from '../server-context.ts';
import { eventStream } from './event-stream.ts';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would hold the events back.
  'x-accel-buffering': 'no',
};

type Answer =
  | AsyncIterable<unknown>
  | { extensions?: { http?: { status?: number; headers?: Record<string, string> } } };

export type SseOptions = {
  /** A client that reads nothing for so long loses its stream. */
  stallMs: number;
  /** Aborted when the server stops: streams then end without `complete`, so that their clients resume elsewhere. */
  draining: AbortSignal;
};

/** Answers subscriptions over HTTP by server-sent events, and everything to callers that accept nothing else. */
export function answerBySse(options: SseOptions): Plugin<object, ServerContext> {
  return {
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      if (!isStream(result) && !wantsEventsAlone(request.headers.get('accept'))) return;
      setResultProcessor(
        (answer, { Response }) => respond(Response, answer as Answer, serverContext.res),
        'text/event-stream',
      );
    },
  };

  function respond(ResponseClass: typeof Response, answer: Answer, res: ServerResponse): Response {
    const { extensions, ...result } = isStream(answer) ? { extensions: undefined } : answer;
    const body = eventStream(isStream(answer) ? answer : only(result), res, options) as unknown as BodyInit;
    const { status = 200, headers: more } = extensions?.http ?? {};
    return new ResponseClass(body, { status, headers: { ...more, ...headers } });
  }
}

/** Whether a caller can be answered by events. */
export function acceptsEvents(accept: string | null): boolean {
  return accept === null || /text\/(event-stream|\*)|\*\/\*/.test(accept);
}

/** Whether a caller can be answered by nothing else. */
export function wantsEventsAlone(accept: string | null): boolean {
  return accept?.includes('text/event-stream') === true && !/json|\*\/\*/.test(accept);
}

function isStream(result: object): result is AsyncIterable<unknown> {
  return Symbol.asyncIterator in result;
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}
