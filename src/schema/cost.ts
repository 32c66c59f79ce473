import { complexityFromQuery } from '@pothos/plugin-complexity';
import type { DocumentNode, GraphQLSchema } from 'graphql';

/** The cost of an operation, in points that its fields declare. Lists count with their requested size. */
export function costOf(
  document: DocumentNode,
  options: { schema: GraphQLSchema; variables: Record<string, unknown> },
): number {
  return complexityFromQuery(document, options).complexity;
}
