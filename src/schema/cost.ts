import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The cost of an operation with these variables, in points that its fields declare. Lists count with their requested size. */
export type CostOf = (variables: Readonly<Record<string, unknown>>) => number;

/** Prepares the cost of an operation. Unless a variable decides about it, it is computed once. */
export function costOf(document: DocumentNode, schema: GraphQLSchema): CostOf {
  const compute: CostOf = (variables) =>
    complexityFromQuery(document, { schema, variables: { ...variables } }).complexity;
  if (dependsOnVariables(document, schema)) return compute;
  let known: number | null = null;
  return (variables) => (known ??= compute(variables));
}

/** Whether a variable is in an argument of a field whose cost is a function of its arguments. */
function dependsOnVariables(document: DocumentNode, schema: GraphQLSchema): boolean {
  const types = new TypeInfo(schema);
  let isDependent = false;
  const visitor = visitWithTypeInfo(types, {
    Field({ arguments: given = [] }) {
      const isComputed = typeof types.getFieldDef()?.extensions.complexity === 'function';
      isDependent = isComputed && given.some(({ value }) => hasVariable(value));
      return isDependent ? BREAK : undefined;
    },
  });
  visit(document, visitor);
  return isDependent;
}

export function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
