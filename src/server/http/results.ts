import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { App } from '../../app.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { type ClientError, toClientResult } from '../graphql/client-errors.ts';
import type { ServerContext } from '../server-context.ts';
import { wantsEventsAlone } from './sse.ts';

/** What a request that failed as a whole is answered with. A failed field leaves the status at 200. */
const statuses: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  INVALID_INPUT: 400,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  RATE_LIMITED: 429,
  QUERY_TOO_EXPENSIVE: 400,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

type RawResult = { data?: unknown; errors?: readonly unknown[] };
type HttpHints = { status?: number; headers?: Record<string, string>; spec?: boolean };

/** Translates the errors of results over HTTP and chooses the status. Streams translate theirs themselves. */
export function answerHttp({ log }: Pick<App, 'log'>): Plugin<object, ServerContext> {
  return {
    onResultProcess({ request, result, setResult, serverContext: { exchange } }) {
      if (Symbol.asyncIterator in result) return;
      const raw: RawResult = Array.isArray(result) ? {} : result;
      const answer = toClientResult(raw, { requestId: exchange.requestId, log });
      const first = answer.errors?.[0];
      if (!first) return;
      exchange.code = first.extensions.code;
      const isWholeFailure = !('data' in answer);
      const http = isWholeFailure ? httpOf(raw.errors?.[0], first, request.headers.get('accept')) : {};
      // Yoga takes the status from here and leaves it out of the answer.
      setResult({ ...answer, extensions: { http } } as unknown as Parameters<typeof setResult>[0]);
    },
  };
}

function httpOf(error: unknown, shown: ClientError, accept: string | null): HttpHints {
  const failure = failureOf(error, shown);
  const isPlain = givenStatus(error) === undefined && isAnsweredWith200(shown.extensions.code, accept);
  return isPlain ? { ...failure, status: 200 } : failure;
}

/** Status and headers of a request that failed as a whole. */
export function failureOf(error: unknown, { extensions: { code, retryAfterSeconds } }: ClientError) {
  const headers = { ...hintsOf(error).headers };
  if (code === 'UNAUTHENTICATED') headers['www-authenticate'] = 'Bearer';
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  return { status: givenStatus(error) ?? statuses[code], headers };
}

function givenStatus(error: unknown): number | undefined {
  const { status, spec } = hintsOf(error);
  return spec ? undefined : status;
}

function hintsOf(error: unknown): HttpHints {
  return (error instanceof GraphQLError && (error.extensions?.http as HttpHints)) || {};
}

/**
 * GraphQL over HTTP, 6.4.1: in plain JSON a well-formed request that GraphQL refuses is answered with 200. An
 * EventSource, however, would connect again for ever unless it gets another status.
 */
function isAnsweredWith200(code: ErrorCode, accept: string | null): boolean {
  const isRefusal = code === 'INVALID_INPUT' || code === 'QUERY_TOO_EXPENSIVE';
  return isRefusal && !accept?.includes('application/graphql-response+json') && !wantsEventsAlone(accept);
}
