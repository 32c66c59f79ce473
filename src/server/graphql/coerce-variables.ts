import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import type { ArgumentPath, VariablePlace } from './argument-places.ts';
import { coerceValue } from './coerce-value.ts';
import type { DocumentFacts } from './document-facts.ts';
import { ValueFaults } from './value-faults.ts';

export type VariableValues = Readonly<Record<string, unknown>>;

type Operation = Pick<DocumentFacts, 'operation' | 'places'>;

/**
 * The values of an operation's variables as resolvers get them. @throws AppError `INVALID_INPUT` with the faults of all
 * variables. Each fault has the path of the argument that the variable is used for, independent of the name of the
 * variable; a variable that is used in several places has its faults at each of them.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  { operation, places }: Operation,
  given: VariableValues,
): VariableValues {
  const faults = new ValueFaults();
  const coerced: Record<string, unknown> = {};
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    // Validation has refused variables of unknown or output types.
    if (!isInputType(type)) continue;
    const variable = { definition, type, used: () => places(schema).get(name) ?? [] };
    const value = coerceVariable(variable, given[name], faults);
    if (value !== undefined) coerced[name] = value;
  }
  faults.refuse();
  return coerced;
}

type Variable = { definition: VariableDefinitionNode; type: GraphQLInputType; used: () => readonly VariablePlace[] };

function coerceVariable({ definition, type, used }: Variable, given: unknown, faults: ValueFaults): unknown {
  const isRequired = isNonNullType(type);
  if (given === undefined && definition.defaultValue) return valueFromAST(definition.defaultValue, type);
  if (given === undefined && !isRequired) return undefined;
  if (given === undefined || given === null) {
    const refusing = isRequired ? used().map((place) => ({ ...place, type })) : used().filter(refusesNull);
    for (const { path, type: wanted } of refusing) faults.add([path], null, `A value of type ${wanted} is required.`);
    return null;
  }
  return coerceValue(given, type, (path, message) => faults.add(pathsOf(used()), path, message));
}

/**
 * A nullable variable with a default is allowed where null is not. With the value null, it would fail during the
 * execution; for a condition (@include), even in every object of a list.
 */
function refusesNull({ type }: VariablePlace): boolean {
  return type !== undefined && isNonNullType(type);
}

/** Each path once: a variable is often used for the same argument of several fields. */
function pathsOf(places: readonly VariablePlace[]): ArgumentPath[] {
  return [...new Map(places.map(({ path }) => [JSON.stringify(path), path])).values()];
}
