import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../../app.ts';
import type { Exchange } from '../exchange.ts';
import type { Payload } from '../graphql/payloads.ts';
import type { Pipeline } from '../graphql/yoga.ts';
import type { ServerContext } from '../server-context.ts';
import { answerType } from './accept.ts';
import { type EntryParts, httpEntry } from './entry.ts';
import type { SseOptions } from './event-stream.ts';
import { type InputParts, isJson, operationReader } from './input.ts';
import { jsonResponse } from './json.ts';
import { sendResponse } from './response.ts';
import { type RawResult, translated } from './results.ts';
import { eventResponse, isStream } from './sse.ts';

/**
 * Whether a request is a POST of JSON that is answered with JSON, as nearly all are. Yoga would make a request and a response
 * of the Fetch API for it and ask each plugin at each step, which costs more than parsing, validating and checking the
 * operation. All other requests go that way (docs/decisions/033-http.md).
 */
export function isPost(req: IncomingMessage): boolean {
  const type = answerType(req.headers.accept);
  return req.method === 'POST' && isJson(req) && type !== null && type !== 'text/event-stream';
}

type Parts = EntryParts & Pick<InputParts, 'documentOf'> & { pipeline: Pipeline; sse: SseOptions };

/** Answers such a request with the functions that Yoga's plugins call, in their order, and with Yoga's own execution. */
export function createPostAnswer(app: App, parts: Parts) {
  const { getResultForParams } = parts.pipeline;
  const enter = httpEntry(app, parts);
  const reader = operationReader({ ...parts, limits: app.config.limits });
  // Plugins ask whether an operation comes over HTTP, and with which method.
  const request = { method: 'POST' } as Request;

  async function run(context: ServerContext): Promise<AsyncIterable<Payload> | RawResult> {
    await enter(context);
    const params = await reader.fromBody(context);
    const result = await getResultForParams({ params, request }, context);
    // Streams carry payloads that are executed already (`runOperations`).
    return (result ?? {}) as AsyncIterable<Payload> | RawResult;
  }

  return async (req: IncomingMessage, res: ServerResponse, exchange: Exchange): Promise<void> => {
    const context: ServerContext = { req, res, exchange };
    const result = await run(context).catch((error: unknown) => ({ errors: [error] }));
    const response = isStream(result)
      ? eventResponse(result, res, parts.sse)
      : await jsonResponse(translated(result, context, app.log), context);
    sendResponse(res, response);
  };
}
