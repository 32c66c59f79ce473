import {
  GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { ValuePath } from './value-faults.ts';

/** Receives each fault of a value. */
type OnFault = (path: ValuePath, message: string) => void;

/**
 * The value that resolvers get for a value of a variable, as `coerceInputValue` of graphql-js gives it. It differs in
 * faults: they cost little, suggest nothing, and name the field that is missing or unknown.
 */
export function coerceValue(value: unknown, type: GraphQLInputType, onFault: OnFault, path: ValuePath = null): unknown {
  if (isNonNullType(type)) {
    if (value !== null && value !== undefined) return coerceValue(value, type.ofType, onFault, path);
    return void onFault(path, `Expected non-nullable type "${type}" not to be null.`);
  }
  if (value === null || value === undefined) return null;
  if (isListType(type)) {
    // A single value stands for a list with one entry.
    if (!Array.isArray(value)) return [coerceValue(value, type.ofType, onFault, path)];
    return value.map((item, key) => coerceValue(item, type.ofType, onFault, { key, above: path }));
  }
  if (isInputObjectType(type)) return coerceObject(value, type, onFault, path);
  return coerceLeaf(value, type, onFault, path);
}

function coerceObject(value: unknown, type: GraphQLInputObjectType, onFault: OnFault, path: ValuePath): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return void onFault(path, `Expected type "${type.name}" to be an object.`);
  }
  const given = value as Readonly<Record<string, unknown>>;
  const fields = type.getFields();
  const coerced: Record<string, unknown> = {};
  for (const field of Object.values(fields)) {
    const part = given[field.name];
    if (part !== undefined) {
      coerced[field.name] = coerceValue(part, field.type, onFault, { key: field.name, above: path });
    } else if (field.defaultValue !== undefined) {
      coerced[field.name] = field.defaultValue;
    } else if (isNonNullType(field.type)) {
      onFault(
        { key: field.name, above: path },
        `Field "${field.name}" of required type "${field.type}" was not provided.`,
      );
    }
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    onFault({ key: name, above: path }, `Field "${name}" is not defined by type "${type.name}".`);
  }
  if (type.isOneOf) checkOneOf(given, type, onFault, path);
  return coerced;
}

/** Unknown keys count, as in a literal: they are faults of their own. */
function checkOneOf(given: object, type: GraphQLInputObjectType, onFault: OnFault, path: ValuePath): void {
  const [one, another] = Object.entries(given).filter(([, value]) => value !== undefined);
  if (!one || another) onFault(path, `Exactly one key must be specified for OneOf type "${type.name}".`);
  const [key, value] = another ? [] : (one ?? []);
  if (key !== undefined && value === null) onFault({ key, above: path }, `Field "${key}" must be non-null.`);
}

function coerceLeaf(value: unknown, type: GraphQLLeafType, onFault: OnFault, path: ValuePath): unknown {
  const parsed = parseLeaf(value, type);
  return 'fault' in parsed ? void onFault(path, parsed.fault) : parsed.value;
}

function parseLeaf(value: unknown, type: GraphQLLeafType): { value: unknown } | { fault: string } {
  try {
    const parsed = isEnumType(type) ? type.parseValue(value, hideSuggestions) : type.parseValue(value);
    return parsed === undefined ? { fault: `Expected type "${type.name}".` } : { value: parsed };
  } catch (error) {
    const { message } = error as Error;
    return { fault: error instanceof GraphQLError ? message : `Expected type "${type.name}". ${message}` };
  }
}

/** Looking for similar values takes longer than all else. */
const hideSuggestions = true;
