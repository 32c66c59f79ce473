import {
  BREAK,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

export type RunOperation = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** The schema that clients see, and the copy of it that operations are compiled from (`compilableSchema`). */
export type Schemas = { schema: GraphQLSchema; compilable: GraphQLSchema };

/**
 * Compiles the only operation of a validated document with graphql-jit. Null when graphql-js has to run it: it cannot
 * be compiled, it is one of several operations, or it has a @skip or @include. Where a field is selected twice and one of
 * the selections is left out, graphql-jit answers what belongs to the other one.
 *
 * Variables and arguments are coerced by graphql-js. graphql-jit refuses non-null variables and fields that have a
 * default and are left out, and does not end on input types that contain themselves.
 */
export function compileOperation({ schema, compilable }: Schemas, document: DocumentNode): RunOperation | null {
  const [operation, another] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation || another || hasDirective(document)) return null;
  const compiled = compileQuery(withCoercedType(compilable), withCoercedVariables(document), undefined, {
    disablingCapturingStackErrors: true,
    resolverInfoEnricher: ({ parentType, fieldName }) => ({
      schema,
      operation,
      ...trueTypes(schema, parentType, fieldName),
    }),
  });
  if (!isCompiledQuery(compiled)) return null;
  return ({ rootValue, contextValue, variableValues }) => {
    const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
    return variables.errors ? { errors: variables.errors } : compiled.query(rootValue, contextValue, variables.coerced);
  };
}

function hasDirective(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Directive() {
      isFound = true;
      return BREAK;
    },
  });
  return isFound;
}

/** Resolvers are shown the types of the schema that clients see. */
function trueTypes(schema: GraphQLSchema, { name }: GraphQLObjectType, fieldName: string) {
  const parentType = schema.getType(name) as GraphQLObjectType;
  return { parentType, returnType: parentType.getFields()[fieldName]?.type };
}

/** A type that takes every value as it is. */
const coercedType = new GraphQLScalarType({ name: '__Coerced' });

function withCoercedType(schema: GraphQLSchema): GraphQLSchema {
  const getType = (name: string) => (name === coercedType.name ? coercedType : schema.getType(name));
  return Object.create(schema, { getType: { value: getType } });
}

function withCoercedVariables(document: DocumentNode): DocumentNode {
  const definitions = document.definitions.map((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? withCoercedDefinitions(node) : node,
  );
  return { ...document, definitions };
}

function withCoercedDefinitions(operation: OperationDefinitionNode): OperationDefinitionNode {
  const variableDefinitions = operation.variableDefinitions?.map(
    ({ variable }): VariableDefinitionNode => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable,
      type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: coercedType.name } },
    }),
  );
  return { ...operation, variableDefinitions };
}
