import {
  type DefinitionNode,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { hasVariable } from '../../schema/cost.ts';
import { type InputLimits, limitsOf } from '../../schema/input-limits.ts';
import { isLongerThan, type Maximum } from '../../shared/maximum.ts';
import { isStorable, unstorable } from '../../shared/validate.ts';
import { type ArgumentPath, argumentsIn } from './argument-places.ts';
import { ValueFaults } from './value-faults.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * Checks the arguments of an operation with its variables. @throws AppError `INVALID_INPUT` with what is too long or cannot
 * be stored.
 */
export type CheckInputs = (variables: Variables) => void;

/** All arguments of an operation together: a list within a list multiplies. */
const maxValues: Maximum = {
  max: 10_000,
  message: 'The arguments of an operation can have at most 10,000 values in total.',
};
/** For values that do not have the form of their type. */
const misplaced: Maximum = { max: 1_000, message: 'This value can have at most 1,000 characters as JSON.' };

/**
 * Prepares the check of an operation and the fragments beside it, for values in the document and in variables alike. It
 * looks at values before they are coerced: coercion itself costs time for each entry of a list, and a resolver may
 * compute more from a text than it is long.
 */
export function inputCheck(schema: GraphQLSchema, definitions: readonly DefinitionNode[]): CheckInputs {
  const given = argumentsIn(schema, { kind: Kind.DOCUMENT, definitions });
  const defined = given.flatMap(({ node, definition }) => (definition ? [{ definition, value: node.value }] : []));
  const checked = defined.filter((one) => hasVariable(one.value) || isRefused(one));
  const defaults = defaultsOf(definitions);
  return (variables) => checkAll(checked, { ...defaults, ...variables });
}

/** What variables have that are not given. */
function defaultsOf(definitions: readonly DefinitionNode[]): Variables {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const given = operations.flatMap(({ variableDefinitions = [] }) => variableDefinitions);
  return Object.fromEntries(
    given.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );
}

type Argument = { definition: GraphQLArgument; value: ValueNode };

function isRefused(inDocument: Argument): boolean {
  try {
    checkAll([inDocument], {});
    return false;
  } catch {
    return true;
  }
}

function checkAll(all: readonly Argument[], variables: Variables): void {
  const check = new InputCheck();
  for (const { definition, value } of all) {
    const { name, type } = definition;
    check.visit(valueFromASTUntyped(value, variables), { type, limits: limitsOf(definition), path: [name] });
  }
  check.faults.refuse();
}

type Place = { type: GraphQLInputType; limits: InputLimits; path: ArgumentPath };

class InputCheck {
  readonly faults = new ValueFaults();
  #values = 0;

  visit(value: unknown, place: Place): void {
    if (value === null || value === undefined || this.#isOver(place)) return;
    const type = getNullableType(place.type);
    if (isListType(type)) this.#visitList(value, { ...place, type: type.ofType });
    else if (isInputObjectType(type) && typeof value === 'object' && !Array.isArray(value)) {
      this.#visitFields(value, type, place.path);
    } else {
      this.#visitLeaf(value, place);
    }
  }

  #visitLeaf(value: unknown, place: Place): void {
    const maximum = place.limits.length ?? misplaced;
    if (isTooLong(value, maximum.max)) this.#refuse(place.path, maximum.message);
    else this.#visitTexts(value, place.path);
  }

  /** Every text of a value, also inside of JSON. */
  #visitTexts(value: unknown, path: ArgumentPath): void {
    if (typeof value === 'string') {
      if (!isStorable(value)) this.#refuse(path, unstorable);
    } else if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) this.#visitTexts(entry, [...path, index]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) this.#visitTexts(part, [...path, name]);
    }
  }

  /** Coercion tells of fields that there are not. */
  #visitFields(value: object, type: GraphQLInputObjectType, path: Place['path']): void {
    const fields = type.getFields();
    for (const [name, part] of Object.entries(value)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field) this.visit(part, { type: field.type, limits: limitsOf(field), path: [...path, name] });
    }
  }

  /** A single value stands for a list with one entry. */
  #visitList(value: unknown, place: Place): void {
    const all = Array.isArray(value) ? value : [value];
    const { items } = place.limits;
    if (items && all.length > items.max) {
      this.#refuse(place.path, items.message);
      return;
    }
    for (const [index, item] of all.entries()) {
      this.visit(item, Array.isArray(value) ? { ...place, path: [...place.path, index] } : place);
    }
  }

  #isOver(place: Place): boolean {
    this.#values += 1;
    if (this.#values === maxValues.max + 1) this.#refuse(place.path, maxValues.message);
    return this.#values > maxValues.max;
  }

  #refuse(path: ArgumentPath, message: string): void {
    this.faults.add([path], null, message);
  }
}

function isTooLong(value: unknown, max: number): boolean {
  if (typeof value === 'string') return isTextTooLong(value, max);
  return typeof value === 'object' && value !== null && jsonLength(value, max) > max;
}

/** Without the spaces around it, which are not stored; those of a text that is far too long are not looked for. */
function isTextTooLong(text: string, max: number): boolean {
  return isLongerThan(text, max) && (text.length > 4 * max || isLongerThan(text.trim(), max));
}

/** The length of a value as JSON, without the escapes in texts. It is not counted on when it exceeds the maximum. */
function jsonLength(value: object, max: number): number {
  let length = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && length <= max) {
    const next = waiting.pop();
    if (typeof next === 'string') length += next.length + 2;
    else if (typeof next !== 'object' || next === null) length += String(next).length;
    else {
      const entries = Object.entries(next);
      // The brackets, the commas and, of an object, the names with their quotes and colons.
      length += 1 + Math.max(entries.length, 1);
      if (!Array.isArray(next)) for (const [name] of entries) length += name.length + 3;
      if (length <= max) for (const [, inner] of entries) waiting.push(inner);
    }
  }
  return length;
}
