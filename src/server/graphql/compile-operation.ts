import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLScalarType,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

export type RunOperation = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Compiles the only operation of a validated document with graphql-jit. Null when graphql-js has to run it: it cannot
 * be compiled, or it is one of several operations, whose @skip and @include graphql-jit would mix up in the fragments
 * that they share.
 *
 * Variables are coerced by graphql-js. graphql-jit refuses non-null variables and fields that have a default and are
 * left out, and does not end on input types that contain themselves.
 */
export function compileOperation(schema: GraphQLSchema, document: DocumentNode): RunOperation | null {
  const [operation, another] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation || another) return null;
  const compiled = compileQuery(withCoercedType(schema), withCoercedVariables(document), undefined, {
    disablingCapturingStackErrors: true,
    useExperimentalPathBasedSkipInclude: true,
    // Resolvers get the true schema and operation.
    resolverInfoEnricher: () => ({ schema, operation }),
  });
  if (!isCompiledQuery(compiled)) return null;
  return ({ rootValue, contextValue, variableValues }) => {
    const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
    return variables.errors ? { errors: variables.errors } : compiled.query(rootValue, contextValue, variables.coerced);
  };
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
