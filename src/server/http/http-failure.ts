import { GraphQLError } from 'graphql';
import { AppError } from '../../shared/errors.ts';

/** How an answer is sent, as a result carries it to whatever sends it. */
export type HttpHints = {
  status?: number;
  headers?: Record<string, string>;
  /** The answer is to as many operations, sent as a batch: it is repeated for each. */
  batchSize?: number;
};

/** A failure that is sent in a way of its own, such as with its own HTTP status. */
export function httpFailure(hints: HttpHints, error: AppError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { http: hints } });
}

/** What is sent is not a request that can be read: 400. */
export function malformed(message: string): GraphQLError {
  return httpFailure({ status: 400 }, new AppError('INVALID_INPUT', message));
}
