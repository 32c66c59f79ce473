import { type GraphQLAbstractType, type GraphQLSchema, type GraphQLTypeResolver, isAbstractType } from 'graphql';

const guarded = new WeakSet<GraphQLTypeResolver<unknown, unknown>>();

/**
 * Makes the type resolvers of a schema safe to compile: code compiled by graphql-jit calls them where nobody catches,
 * so that a throw would end as an unhandled rejection and leave the request without an answer. Returning no type makes
 * it a field's error.
 */
export function guardTypeResolvers(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type) && type.resolveType && !guarded.has(type.resolveType)) {
      type.resolveType = guard(type, type.resolveType);
      guarded.add(type.resolveType);
    }
  }
}

function guard(
  type: GraphQLAbstractType,
  resolveType: GraphQLTypeResolver<unknown, unknown>,
): GraphQLTypeResolver<unknown, unknown> {
  return (value, context, info) => {
    try {
      return resolveType(value, context, info, type);
    } catch {
      return undefined;
    }
  };
}
