import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Payload } from '../graphql/payloads.ts';
import type { ServerContext } from '../server-context.ts';
import { answerType } from './accept.ts';
import { eventStream, type SseOptions } from './event-stream.ts';
import type { HttpResult } from './http-failure.ts';
import type { HttpResponse } from './response.ts';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx would buffer the events.
  'x-accel-buffering': 'no',
};

type Answer = AsyncIterable<Payload> | HttpResult;

/**
 * Sends subscriptions over HTTP as server-sent events, and all results to clients that prefer events. An error is a
 * stream too: one result with the errors, then `complete` (GraphQL over SSE, distinct connections mode).
 */
export function answerBySse(options: SseOptions): Plugin<object, ServerContext> {
  return {
    onResultProcess({ result, serverContext: { req, res }, setResultProcessor }) {
      if (!isStream(result) && answerType(req.headers.accept) !== 'text/event-stream') return;
      setResultProcessor((answer, { Response }) => {
        const { body, ...init } = eventResponse(answer as Answer, res, options);
        return new Response(body as unknown as BodyInit, init);
      }, 'text/event-stream');
    },
  };
}

export function eventResponse(answer: Answer, res: ServerResponse, options: SseOptions): HttpResponse {
  const { extensions, ...result } = isStream(answer) ? { extensions: undefined } : answer;
  const results = isStream(answer) ? answer : only({ text: JSON.stringify(result), cursor: null });
  const { status = 200, headers: more } = extensions?.http ?? {};
  return { status, headers: { ...more, ...headers }, body: eventStream(results, res, options) };
}

export function isStream(result: object): result is AsyncIterable<Payload> {
  return Symbol.asyncIterator in result;
}

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}
