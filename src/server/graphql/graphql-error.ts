import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { AppError } from '../../shared/errors.ts';

type Details = Pick<GraphQLErrorOptions, 'nodes' | 'extensions'>;

/** A failure as graphql-js passes it on. `toClientError` finds the failure in it again. */
export function toGraphQLError(error: unknown, details?: Details): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { ...details, originalError });
}

export function tooExpensive(message: string): GraphQLError {
  return toGraphQLError(new AppError('QUERY_TOO_EXPENSIVE', message));
}
