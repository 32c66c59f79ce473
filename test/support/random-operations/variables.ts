import {
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLNullableType,
  getNullableType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Choose } from './choose.ts';

/** Where a value stands. */
export type Place = {
  /** What it is for: the field or input type, and the argument or input field. */
  name: string;
  type: GraphQLInputType;
  hasDefault?: boolean;
  /** A variable in a `@oneOf` input has to be non-null. */
  isOneOf?: boolean;
};

export type Variable = {
  name: string;
  type: GraphQLInputType;
  /** A literal. */
  default: string | null;
  /** As JSON; undefined when the client leaves it out. */
  value: unknown;
};

/** Values without variables. */
export type Constants = { literal(place: Place): string; json(place: Place): unknown };

/** The variables of one operation: absent, null, defaulted and given ones, some of them used more than once. */
export function createVariables(choose: Choose, constants: Constants) {
  const variables: Variable[] = [];
  let hasForbiddenNull = false;

  function use(place: Place): string {
    const known = variables.filter((variable) => isAllowed(variable, place));
    const { name, value } = known.length > 0 && choose.percent(30) ? choose.pick(known) : declare(place);
    hasForbiddenNull ||= value === null && isNonNullType(place.type);
    return `$${name}`;
  }

  function declare(place: Place): Variable {
    const { name, type, hasDefault, isOneOf } = place;
    const nullable = getNullableType(type);
    const isNonNull = isOneOf || (isNonNullType(type) ? !choose.percent(20) : choose.percent(20));
    const stricter = choose.percent(20) ? withoutNullItems(nullable) : nullable;
    const given = { name, type: new GraphQLNonNull(stricter) };
    const needsDefault = isNonNullType(type) && !isNonNull && !hasDefault;
    const variable: Variable = {
      name: `v${variables.length}`,
      type: isNonNull ? given.type : stricter,
      default: needsDefault || choose.percent(25) ? constants.literal(given) : null,
      value: undefined,
    };
    variable.value = givenTo(variable, place, given);
    variables.push(variable);
    return variable;
  }

  function givenTo({ type, default: ownDefault }: Variable, place: Place, given: Place): unknown {
    const canBeAbsent = !isNonNullType(type) || ownDefault !== null;
    if (canBeAbsent && choose.percent(35)) return undefined;
    const canBeNull = !isNonNullType(type) && (!isNonNullType(place.type) || choose.percent(10));
    return canBeNull && choose.percent(20) ? null : constants.json(given);
  }

  return {
    use,
    all: variables as readonly Variable[],
    /** Whether a variable is null where null is not allowed: one that has a default may be. */
    hasForbiddenNull: () => hasForbiddenNull,
  };
}

/** GraphQL specification, 5.8.5: a nullable variable may stand where null may not when one of them has a default. */
function isAllowed(variable: Variable, { type, hasDefault, isOneOf }: Place): boolean {
  const isSame = String(getNullableType(variable.type)) === String(getNullableType(type));
  if (!isSame || isNonNullType(variable.type)) return isSame;
  return !isOneOf && (!isNonNullType(type) || hasDefault === true || variable.default !== null);
}

/** `[X!]` for `[X]`: a variable may be stricter than its place. */
function withoutNullItems<T extends GraphQLNullableType>(type: T): T {
  return isListType(type) ? (new GraphQLList(new GraphQLNonNull(getNullableType(type.ofType))) as T) : type;
}
