import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import type { FieldFault } from '../../shared/errors.ts';
import { isStorable } from '../../shared/validate.ts';
import type { VariablePlace } from './argument-places.ts';
import type { DocumentFacts } from './document-facts.ts';

/** Further faults are not listed. */
const maxFaults = 100;

type Variables = Readonly<Record<string, unknown>>;

/**
 * The faults of the variables of an operation. Each has the path of the argument that the variable is used for,
 * independent of the name of the variable. A variable that is used in several places has its faults at each place.
 * graphql-js has the path only in the message.
 */
export function variableFaults(
  schema: GraphQLSchema,
  { operation, places }: Pick<DocumentFacts, 'operation' | 'places'>,
  variables: Variables,
): FieldFault[] {
  const faults = (operation.variableDefinitions ?? []).flatMap((definition) => {
    const name = definition.variable.name.value;
    const value = variables[name];
    const own = faultsOf(schema, definition, value).slice(0, maxFaults);
    if (own.length === 0 && value !== null) return [];
    const used = places(schema).get(name) ?? [];
    return own.length === 0 ? nullFaults(used) : own.flatMap((fault) => atPlaces(fault, used));
  });
  return withoutRepetition(faults).slice(0, maxFaults);
}

/** The faults of one variable, with their paths inside of its value. */
function faultsOf(schema: GraphQLSchema, definition: VariableDefinitionNode, value: unknown): FieldFault[] {
  const type = typeFromAST(schema, definition.type);
  // Validation has refused variables of unknown or output types.
  if (!isInputType(type)) return [];
  if (value !== undefined && value !== null) return [...coercionFaults(type, value), ...unstorableTexts(value, [])];
  const isMissing = isNonNullType(type) && (value === null || !definition.defaultValue);
  return isMissing ? [required(type, [])] : [];
}

function coercionFaults(type: GraphQLInputType, value: unknown): FieldFault[] {
  const faults: FieldFault[] = [];
  coerceInputValue(value, type, (path, _value, { message }) => faults.push({ path: [...path], message }));
  return faults;
}

/**
 * A nullable variable with a default is allowed where null is not. With the value null, it would fail during the
 * execution; for a condition (@include), even in every object of a list.
 */
function nullFaults(places: readonly VariablePlace[]): FieldFault[] {
  return places.flatMap(({ path, type }) => (type && isNonNullType(type) ? [required(type, path)] : []));
}

function required(type: GraphQLInputType, path: VariablePlace['path']): FieldFault {
  return { path: [...path], message: `A value of type ${type} is required.` };
}

function atPlaces({ path, message }: FieldFault, places: readonly VariablePlace[]): FieldFault[] {
  return places.map((place) => ({ path: [...place.path, ...path], message }));
}

function withoutRepetition(faults: readonly FieldFault[]): FieldFault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

/** Texts that cannot be stored. */
function unstorableTexts(value: unknown, path: (string | number)[]): FieldFault[] {
  if (typeof value === 'string') {
    const message = 'This text has a character that cannot be stored: U+0000, or half of a surrogate pair.';
    return isStorable(value) ? [] : [{ path, message }];
  }
  if (Array.isArray(value)) return value.flatMap((entry, index) => unstorableTexts(entry, [...path, index]));
  if (!(value instanceof Object)) return [];
  return Object.entries(value).flatMap(([key, entry]) => unstorableTexts(entry, [...path, key]));
}
