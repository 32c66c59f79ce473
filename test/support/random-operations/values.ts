import {
  GraphQLBoolean,
  GraphQLFloat,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  GraphQLList,
  GraphQLString,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { isRequired } from '../schema-walk.ts';
import type { Choose } from './choose.ts';
import type { Constants, Place } from './variables.ts';

/** A JSON value of a scalar. `name` says what it is for: `task id`, `CreateTaskInput title`. */
export type SampleScalar = (choose: Choose, scalar: string, name: string) => unknown;

/** Gives a variable for a place; null where none may stand. */
type Use = ((place: Place) => string) | null;

const maxLevels = 4;

/** Writes values of input types: as JSON, as literals, and as literals with variables in them, also inside JSON. */
export function createValues(
  choose: Choose,
  sample: SampleScalar,
): Constants & { withVariables(place: Place, use: Use): string } {
  function literal(place: Place, use: Use, level = 0): string {
    const { name, type, isOneOf } = place;
    if (use && choose.percent(35)) return use(place);
    if (!isNonNullType(type) && !isOneOf && choose.percent(10)) return 'null';
    const nullable = getNullableType(type);
    if (isListType(nullable)) return listLiteral({ name, type: nullable.ofType }, use, level);
    if (isInputObjectType(nullable)) {
      const fields = fieldsOf(nullable, level).map(
        (field) => `${field.name}: ${literal(placeOf(field, nullable), use, level + 1)}`,
      );
      return `{ ${fields.join(', ')} }`;
    }
    if (isEnumType(nullable)) return choose.pick(nullable.getValues()).name;
    const value = scalar(place, nullable.name);
    return nullable.name === 'JSON' ? jsonLiteral(value, use) : JSON.stringify(value);
  }

  /** Sometimes one value stands for a list of one; a variable may not. */
  function listLiteral(item: Place, use: Use, level: number): string {
    const isBare = isNonNullType(item.type) && choose.percent(20);
    if (isBare) return literal(item, null, level + 1);
    return `[${Array.from({ length: choose.below(3) }, () => literal(item, use, level + 1)).join(', ')}]`;
  }

  /** A JSON value as a literal, in which variables of any type may stand in the place of any part. */
  function jsonLiteral(value: unknown, use: Use): string {
    if (use && choose.percent(20)) return use({ name: 'json', type: choose.pick(typesInJson) });
    if (Array.isArray(value)) return `[${value.map((item) => jsonLiteral(item, use)).join(', ')}]`;
    if (!(value instanceof Object)) return JSON.stringify(value);
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${jsonLiteral(item, use)}`)
      .join(', ')} }`;
  }

  function scalar({ name, type }: Place, scalarName: string): unknown {
    return sample(choose, scalarName, name) ?? (isNonNullType(type) ? {} : null);
  }

  function json({ name, type, isOneOf }: Place, level = 0): unknown {
    if (!isNonNullType(type) && !isOneOf && choose.percent(15)) return null;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const item = () => json({ name, type: nullable.ofType }, level + 1);
      if (isNonNullType(nullable.ofType) && choose.percent(15)) return item();
      return Array.from({ length: choose.below(3) }, item);
    }
    if (isInputObjectType(nullable)) {
      const fields = fieldsOf(nullable, level);
      return Object.fromEntries(fields.map((field) => [field.name, json(placeOf(field, nullable), level + 1)]));
    }
    return isEnumType(nullable) ? choose.pick(nullable.getValues()).name : scalar({ name, type }, nullable.name);
  }

  /** Those that must be given and some others; the deeper, the fewer. */
  function fieldsOf(type: GraphQLInputObjectType, level: number): GraphQLInputField[] {
    const all = Object.values(type.getFields());
    if (type.isOneOf) return [choose.pick(all)];
    const isWanted = (field: GraphQLInputField) =>
      (level < maxLevels || !isInputObjectType(getNamedType(field.type))) && choose.percent(40 / (level + 1));
    return all.filter((field) => isRequired(field) || isWanted(field));
  }

  return { literal: (place) => literal(place, null), json: (place) => json(place), withVariables: literal };
}

function placeOf({ name, type, defaultValue }: GraphQLInputField, parent: GraphQLInputObjectType): Place {
  return { name: `${parent.name} ${name}`, type, isOneOf: parent.isOneOf, hasDefault: defaultValue !== undefined };
}

const typesInJson: GraphQLInputType[] = [
  GraphQLInt,
  GraphQLString,
  GraphQLBoolean,
  GraphQLFloat,
  new GraphQLList(GraphQLInt),
];
