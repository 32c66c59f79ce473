import {
  coerceInputValue,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import type { FieldFault } from '../../shared/errors.ts';
import { isStorable } from '../../shared/validate.ts';

/**
 * Every fault of an operation's variables, with the path to it. GraphQL's own coercion tells the path only in prose.
 */
export function variableFaults(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    // Validation has refused variables of unknown or output types.
    if (!isInputType(type)) continue;
    const value = variables[name];
    if (value === undefined || value === null) {
      const isMissing = isNonNullType(type) && (value === null || !definition.defaultValue);
      if (isMissing) faults.push({ path: [name], message: `A value of type ${type} is required.` });
      continue;
    }
    coerceInputValue(value, type, (path, _value, error) => {
      faults.push({ path: [name, ...path], message: error.message });
    });
    faults.push(...unstorableTexts(value, [name]));
  }
  return faults;
}

/** Texts that cannot be kept. */
function unstorableTexts(value: unknown, path: (string | number)[]): FieldFault[] {
  if (typeof value === 'string') {
    const message = 'This text has a character that cannot be kept: U+0000, or half a surrogate pair.';
    return isStorable(value) ? [] : [{ path, message }];
  }
  if (Array.isArray(value)) return value.flatMap((entry, index) => unstorableTexts(entry, [...path, index]));
  if (!(value instanceof Object)) return [];
  return Object.entries(value).flatMap(([key, entry]) => unstorableTexts(entry, [...path, key]));
}
