import { complexityFromQuery } from '@pothos/plugin-complexity';
import type { DocumentNode, GraphQLSchema } from 'graphql';

/** What an operation costs, in the points that its fields declare: lists count as often as they are asked for. */
export function costOf(
  document: DocumentNode,
  options: { schema: GraphQLSchema; variables: Record<string, unknown> },
): number {
  return complexityFromQuery(document, options).complexity;
}
