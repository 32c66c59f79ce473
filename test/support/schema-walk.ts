import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** An operation of the API: a field of Query, Mutation or Subscription. */
export type Operation = { root: 'query' | 'mutation' | 'subscription'; field: GraphQLField<unknown, unknown> };
/** A place where an operation takes an id: `['input', 'assigneeId']`. */
export type IdPlace = Operation & { path: readonly string[] };
/** Gives the value at a place; undefined leaves it to be generated if required, and out otherwise. */
export type ValueAt = (path: readonly string[], input: GraphQLArgument | GraphQLInputField) => Promise<unknown>;

type Input = GraphQLArgument | GraphQLInputField;

export function operationsOf(schema: GraphQLSchema): Operation[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return (Object.keys(roots) as (keyof typeof roots)[]).flatMap((root) =>
    Object.values(roots[root]?.getFields() ?? {}).map((field) => ({ root, field })),
  );
}

/** Every place where an operation takes an id, nested inputs and lists included. */
export function idPlacesOf(operation: Operation): IdPlace[] {
  return operation.field.args.flatMap((arg) => idPaths(arg, [], [])).map((path) => ({ ...operation, path }));
}

function idPaths(input: Input, above: readonly string[], types: readonly GraphQLInputObjectType[]): string[][] {
  const path = [...above, input.name];
  const type = getNamedType(input.type);
  if (isInputObjectType(type))
    return fieldsWithin(type, types).flatMap((field) => idPaths(field, path, [...types, type]));
  return type.name === 'ID' ? [path] : [];
}

/** An input that contains itself is walked twice: as a whole, and as a part of itself. */
function fieldsWithin(type: GraphQLInputObjectType, above: readonly GraphQLInputObjectType[]): GraphQLInputField[] {
  return above.filter((one) => one === type).length === 2 ? [] : Object.values(type.getFields());
}

/** The arguments that must be given and those that `valueAt` gives, which are asked for in the schema's order. */
export async function argumentsOf({ field }: Operation, valueAt: ValueAt): Promise<Record<string, unknown>> {
  return inputsOf(field.args, { path: [], types: [] }, valueAt);
}

type Above = { path: readonly string[]; types: readonly GraphQLInputObjectType[] };

async function inputsOf(inputs: readonly Input[], { path, types }: Above, valueAt: ValueAt) {
  const values: Record<string, unknown> = {};
  for (const input of inputs) {
    const value = await inputValue(input, { path: [...path, input.name], types }, valueAt);
    if (value !== undefined) values[input.name] = value;
  }
  return values;
}

async function inputValue(input: Input, { path, types }: Above, valueAt: ValueAt): Promise<unknown> {
  const given = await valueAt(path, input);
  if (given !== undefined) return isListType(getNullableType(input.type)) ? [given] : given;
  const type = getNamedType(input.type);
  if (!isInputObjectType(type)) return isRequired(input) ? sample(input.type) : undefined;
  let isGiven = isRequired(input);
  const value = await inputsOf(fieldsWithin(type, types), { path, types: [...types, type] }, async (...place) => {
    const inner = await valueAt(...place);
    isGiven ||= inner !== undefined;
    return inner;
  });
  if (!isGiven) return undefined;
  return isListType(getNullableType(input.type)) ? [value] : value;
}

const samples: Record<string, unknown> = {
  String: 'Buy milk',
  Int: 1,
  Float: 1,
  Boolean: true,
  Date: '2099-01-01',
  DateTime: '2099-01-01T00:00:00Z',
  JSON: {},
};

function sample(type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [sample(nullable.ofType)];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name;
  const named = getNamedType(type).name;
  if (!(named in samples)) throw new Error(`Add a sample of the scalar ${named} to schema-walk.ts.`);
  return samples[named];
}

/** Whether it must be given. */
export function isRequired({ type, defaultValue }: Input): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}

const selectionDepth = 5;

/** The operation's document with these arguments as variables; it selects everything that needs none, some levels down. */
export function documentOf({ root, field }: Operation, variables: object, schema: GraphQLSchema): string {
  const given = field.args.filter(({ name }) => name in variables);
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const inParentheses = (text: string) => (text ? `(${text})` : '');
  const selection = selectionOf(field.type, schema, selectionDepth);
  return `${root} ${inParentheses(declared)} { ${field.name}${inParentheses(passed)} ${selection} }`;
}

function selectionOf(outputType: GraphQLOutputType, schema: GraphQLSchema, depth: number): string {
  const type = getNamedType(outputType);
  if (!isCompositeType(type)) return '';
  if (!isObjectType(type)) {
    const parts = schema
      .getPossibleTypes(type)
      .map((part) => `... on ${part.name} ${selectionOf(part, schema, depth)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  const fields = Object.values(type.getFields())
    .filter((field) => !field.args.some(isRequired))
    .filter((field) => depth > 1 || !isCompositeType(getNamedType(field.type)))
    .map((field) => `${field.name} ${selectionOf(field.type, schema, depth - 1)}`);
  return `{ __typename ${fields.join(' ')} }`;
}
