import type { Plugin } from 'graphql-yoga';
import { boundResult } from '../connections.ts';
import type { ServerContext } from '../server-context.ts';
import { answerType } from './accept.ts';
import { compressed } from './compression.ts';
import type { HttpHints } from './http-failure.ts';

type Answer = { extensions?: { http?: HttpHints } };

/**
 * Sends a result as JSON, in the media type that the client prefers. JSON is also the fallback if the client accepts no
 * type.
 */
export function answerByJson(): Plugin<object, ServerContext> {
  return {
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      const type = answerType(request.headers.get('accept')) ?? 'application/json';
      if (Symbol.asyncIterator in result || type === 'text/event-stream') return;
      const acceptEncoding = request.headers.get('accept-encoding');
      setResultProcessor(async (answer, { Response }) => {
        const { text, status, headers } = written(answer as Answer);
        serverContext.chargeBytes?.(Buffer.byteLength(text));
        boundResult(serverContext.res);
        const { body, headers: coding } = await compressed(text, acceptEncoding);
        const contentType = { 'content-type': `${type}; charset=utf-8` };
        return new Response(body as BodyInit, { status, headers: { ...headers, ...coding, ...contentType } });
      }, type);
    },
  };
}

function written({ extensions: { http = {}, ...extensions } = {}, ...result }: Answer) {
  const { status = 200, headers, batchSize } = http;
  const shown = Object.keys(extensions).length > 0 ? { ...result, extensions } : result;
  const text = JSON.stringify(batchSize === undefined ? shown : Array.from({ length: batchSize }, () => shown));
  return { text, status, headers };
}
