import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Payload } from '../graphql/payloads.ts';
import type { ServerContext } from '../server-context.ts';
import { answerType } from './accept.ts';
import { eventStream, type SseOptions } from './event-stream.ts';
import type { HttpHints } from './http-failure.ts';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would buffer the events.
  'x-accel-buffering': 'no',
};

type Answer = AsyncIterable<Payload> | { extensions?: { http?: HttpHints } };

/**
 * Sends subscriptions over HTTP as server-sent events, and all results to clients that prefer events. An error is a
 * stream too: one result with the errors, then `complete` (GraphQL over SSE, distinct connections mode).
 */
export function answerBySse(options: SseOptions): Plugin<object, ServerContext> {
  return {
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      if (!isStream(result) && answerType(request.headers.get('accept')) !== 'text/event-stream') return;
      setResultProcessor(
        (answer, { Response }) => respond(Response, answer as Answer, serverContext.res),
        'text/event-stream',
      );
    },
  };

  function respond(ResponseClass: typeof Response, answer: Answer, res: ServerResponse): Response {
    const { extensions, ...result } = isStream(answer) ? { extensions: undefined } : answer;
    const results = isStream(answer) ? answer : only({ text: JSON.stringify(result), cursor: null });
    const body = eventStream(results, res, options) as unknown as BodyInit;
    const { status = 200, headers: more } = extensions?.http ?? {};
    return new ResponseClass(body, { status, headers: { ...more, ...headers } });
  }
}

function isStream(result: object): result is AsyncIterable<Payload> {
  return Symbol.asyncIterator in result;
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}
