import type { GraphQLError } from 'graphql';
import { AppError } from '../../shared/errors.ts';
import { toGraphQLError } from '../graphql/graphql-error.ts';

/** How a response is sent; the result carries it to the transport. */
export type HttpHints = {
  status?: number;
  headers?: Record<string, string>;
  /** The number of operations in the batch; the result is repeated for each. */
  batchSize?: number;
};

/** A result with how it is sent. */
export type HttpResult = { extensions?: { http?: HttpHints } };

/** A failure with its own HTTP status. */
export function httpFailure(hints: HttpHints, error: AppError): GraphQLError {
  return toGraphQLError(error, { extensions: { http: hints } });
}

/** The request cannot be parsed: 400. */
export function malformed(message: string): GraphQLError {
  return httpFailure({ status: 400 }, new AppError('INVALID_INPUT', message));
}
