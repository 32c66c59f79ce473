import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLFieldConfig,
  GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  GraphQLUnionType,
  getArgumentValues,
} from 'graphql';

/**
 * A copy of a schema from which graphql-jit compiles operations. Clients see no difference, but compiled code does:
 *
 * - Fields declare no arguments. Their resolvers read them from the operation, where graphql-js coerces them.
 *   graphql-jit's own coercion turns a variable that was not given into null inside an input object and drops variables
 *   inside JSON literals, so that a mutation would clear what its client never mentioned.
 * - Type resolvers do not throw. Compiled code calls them where nothing catches, and the request would never be
 *   answered. Without a type it is that field's error.
 */
export function compilableSchema(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: withArgumentsOfOperation,
    [MapperKind.INTERFACE_TYPE]: (type) => new GraphQLInterfaceType(withSafeTypeResolver(type.toConfig())),
    [MapperKind.UNION_TYPE]: (type) => new GraphQLUnionType(withSafeTypeResolver(type.toConfig())),
  });
}

type Field = GraphQLFieldConfig<unknown, unknown>;

function withArgumentsOfOperation(field: Field, name: string, typeName: string, schema: GraphQLSchema): Field {
  const { resolve } = field;
  const definition = (schema.getType(typeName) as GraphQLObjectType).getFields()[name];
  if (!resolve || !definition || definition.args.length === 0) return field;
  return {
    ...field,
    args: {},
    resolve: (source, _none, context, info) => {
      const [node] = info.fieldNodes;
      return resolve(source, node ? getArgumentValues(definition, node, info.variableValues) : {}, context, info);
    },
  };
}

type Abstract = { resolveType?: GraphQLTypeResolver<unknown, unknown> | null | undefined };

function withSafeTypeResolver<T extends Abstract>(type: T): T {
  const { resolveType } = type;
  if (!resolveType) return type;
  return {
    ...type,
    resolveType: (value, context, info, abstractType) => {
      try {
        return resolveType(value, context, info, abstractType);
      } catch {
        return undefined;
      }
    },
  };
}
