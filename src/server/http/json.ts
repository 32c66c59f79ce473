import type { Plugin } from 'graphql-yoga';
import { boundResult } from '../connections.ts';
import type { ServerContext } from '../server-context.ts';
import { answerType } from './accept.ts';
import { compressed } from './compression.ts';
import type { HttpResult } from './http-failure.ts';
import type { HttpResponse } from './response.ts';

/**
 * Sends a result as JSON, in the media type that the client prefers. JSON is also the fallback if the client accepts no
 * type.
 */
export function answerByJson(): Plugin<object, ServerContext> {
  return {
    onResultProcess({ result, serverContext, setResultProcessor }) {
      const type = answerType(serverContext.req.headers.accept) ?? 'application/json';
      if (Symbol.asyncIterator in result || type === 'text/event-stream') return;
      setResultProcessor(async (answer, { Response }) => {
        const { body, ...init } = await jsonResponse(answer as HttpResult, serverContext);
        return new Response(body as BodyInit, init);
      }, type);
    },
  };
}

export async function jsonResponse(
  result: HttpResult,
  { req, res, chargeBytes }: ServerContext,
): Promise<HttpResponse & { body: string | Uint8Array }> {
  const type = answerType(req.headers.accept) ?? 'application/json';
  const { text, status, headers } = written(result);
  chargeBytes?.(Buffer.byteLength(text));
  boundResult(res);
  const { body, headers: coding } = await compressed(text, req.headers['accept-encoding']?.toString() ?? null);
  return { status, headers: { ...headers, ...coding, 'content-type': `${type}; charset=utf-8` }, body };
}

function written({ extensions: { http = {}, ...extensions } = {}, ...result }: HttpResult) {
  const { status = 200, headers, batchSize } = http;
  const shown = Object.keys(extensions).length > 0 ? { ...result, extensions } : result;
  const text = JSON.stringify(batchSize === undefined ? shown : Array.from({ length: batchSize }, () => shown));
  return { text, status, headers };
}
