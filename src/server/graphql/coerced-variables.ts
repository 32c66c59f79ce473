import {
  GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

/** The type of variables whose values are already coerced: it takes every value as it is. */
const coercedType = new GraphQLScalarType({ name: '__Coerced' });

/** The schema in which an operation `withCoercedVariables` runs. */
export function withCoercedType(schema: GraphQLSchema): GraphQLSchema {
  const getType = (name: string) => (name === coercedType.name ? coercedType : schema.getType(name));
  return Object.create(schema, { getType: { value: getType } });
}

/**
 * An operation that takes its variables as `coerceVariables` gives them. Variables are coerced once for each operation,
 * and not by each of what executes it: an event of a subscription is an execution too.
 */
export function withCoercedVariables(operation: OperationDefinitionNode): OperationDefinitionNode {
  const variableDefinitions = operation.variableDefinitions?.map(
    ({ variable }): VariableDefinitionNode => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable,
      type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: coercedType.name } },
    }),
  );
  return { ...operation, variableDefinitions };
}
