import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { App } from '../../app.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { type ClientError, toClientResult } from '../graphql/client-errors.ts';
import type { ServerContext } from '../server-context.ts';
import { type AnswerType, answerType } from './accept.ts';
import { type HttpHints, type HttpResult, httpFailure } from './http-failure.ts';

/** The response to a request that failed as a whole. A failed field leaves the status at 200. */
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
  // Some clients read the error only with this status.
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  INTERNAL: 500,
};

/** A result as it is executed. */
export type RawResult = { data?: unknown; errors?: readonly unknown[] };
type ErrorHints = HttpHints & { spec?: boolean };

/**
 * Translates the errors of results over HTTP and chooses the status. Streams translate their own errors. If the client
 * does not accept the media types of the response, the operation is not run.
 */
export function answerHttp({ log }: Pick<App, 'log'>): Plugin<object, ServerContext> {
  return {
    onRequestParse({ serverContext: { req } }) {
      if (answerType(req.headers.accept)) return;
      const types = 'application/graphql-response+json, application/json or text/event-stream';
      throw httpFailure(
        { status: 406 },
        new AppError('INVALID_INPUT', `Responses are available as ${types}. Accept one of these types.`),
      );
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (Symbol.asyncIterator in result) return;
      const raw: RawResult = Array.isArray(result) ? {} : result;
      setResult(translated(raw, serverContext, log) as Parameters<typeof setResult>[0]);
    },
  };
}

/** A result with its errors as the client sees them. The response is sent without `extensions.http`. */
export function translated(raw: RawResult, { req, exchange }: ServerContext, log: App['log']): HttpResult {
  const answer = toClientResult(raw, { requestId: exchange.requestId, log });
  const first = answer.errors?.[0];
  if (!first) return raw as HttpResult;
  exchange.code = first.extensions.code;
  const isWholeFailure = !('data' in answer);
  const http = isWholeFailure ? httpOf(raw.errors?.[0], first, answerType(req.headers.accept)) : {};
  return { ...answer, extensions: { http } };
}

function httpOf(error: unknown, shown: ClientError, type: AnswerType | null): HttpHints {
  const failure = failureOf(error, shown);
  return isAcceptedWith200(failure.status, { type, isGiven: givenStatus(error) !== undefined })
    ? { ...failure, status: 200 }
    : failure;
}

/** Status and headers of a request that failed as a whole. */
export function failureOf(error: unknown, { extensions: { code, retryAfterSeconds } }: ClientError) {
  const { headers: given, batchSize } = hintsOf(error);
  const headers = { ...given };
  if (code === 'UNAUTHENTICATED') headers['www-authenticate'] = 'Bearer';
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  return { status: givenStatus(error) ?? statuses[code], headers, batchSize };
}

function givenStatus(error: unknown): number | undefined {
  const { status, spec } = hintsOf(error);
  return spec ? undefined : status;
}

function hintsOf(error: unknown): ErrorHints {
  return (error instanceof GraphQLError && (error.extensions?.http as ErrorHints)) || {};
}

/**
 * A client of server-sent events reads from the status whether it must authenticate, change the request, or try again.
 */
const statusesOfEvents = new Set([401, 405, 406, 413, 415, 429, 500, 503]);

/**
 * As `application/json`, a well-formed request that GraphQL rejects has the status 200 (GraphQL over HTTP, 6.4.1). As
 * events, every rejected operation has, because clients do not read the events of any other status (GraphQL over SSE).
 */
function isAcceptedWith200(status: number, { type, isGiven }: { type: AnswerType | null; isGiven: boolean }): boolean {
  if (type === 'text/event-stream') return !statusesOfEvents.has(status);
  return type === 'application/json' && status === 400 && !isGiven;
}
