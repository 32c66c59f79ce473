import {
  type ArgumentNode,
  type ASTNode,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** An argument or a part of one: `['input', 'tags', 1]` is the second tag of the argument `input`. */
export type ArgumentPath = readonly (string | number)[];

/** Where a variable is used. The type is undefined inside of a literal of a custom scalar. */
export type VariablePlace = { path: ArgumentPath; type: GraphQLInputType | undefined };

/** `holder` is the argument or the input field that has the value. */
type Place = VariablePlace & { value: ValueNode; holder: ASTNode };

/** The places of each variable that an operation and the fragments beside it use, by the variable's name. */
export function variablePlaces(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlyMap<string, VariablePlace[]> {
  const places = new Map<string, VariablePlace[]>();
  const isWanted = (node: ASTNode) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION;
  const definitions = document.definitions.filter(isWanted);
  for (const { value, path, type } of argumentPlaces(schema, { kind: Kind.DOCUMENT, definitions })) {
    if (value.kind !== Kind.VARIABLE) continue;
    const known = places.get(value.name.value);
    if (known) known.push({ path, type });
    else places.set(value.name.value, [{ path, type }]);
  }
  return places;
}

/** The path of each argument, and of each part of one, by its node. */
export function argumentPaths(schema: GraphQLSchema, document: DocumentNode): ReadonlyMap<ASTNode, ArgumentPath> {
  const places = argumentPlaces(schema, document);
  return new Map(
    places.flatMap(({ value, holder, path }): [ASTNode, ArgumentPath][] => [
      [holder, path],
      [value, path],
    ]),
  );
}

/** An argument in a document, and its definition unless there is none. */
type GivenArgument = { node: ArgumentNode; definition: GraphQLArgument | undefined };

/** The arguments of all fields and directives of a document. */
export function argumentsIn(schema: GraphQLSchema, document: DocumentNode): GivenArgument[] {
  const found: GivenArgument[] = [];
  const typeInfo = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(typeInfo, {
    Argument(node) {
      found.push({ node, definition: typeInfo.getArgument() ?? undefined });
      return false;
    },
  });
  visit(document, visitor);
  return found;
}

function argumentPlaces(schema: GraphQLSchema, document: DocumentNode): Place[] {
  const places: Place[] = [];
  for (const { node, definition } of argumentsIn(schema, document)) {
    addPlaces({ holder: node, value: node.value, path: [node.name.value], type: definition?.type }, places);
  }
  return places;
}

function addPlaces(place: Place, places: Place[]): void {
  places.push(place);
  for (const part of partsOf(place)) addPlaces(part, places);
}

function partsOf({ value, path, type }: Place): Place[] {
  const nullable = type && getNullableType(type);
  if (value.kind === Kind.LIST) {
    const itemType = isListType(nullable) ? nullable.ofType : undefined;
    return value.values.map((item, index) => ({ holder: item, value: item, path: [...path, index], type: itemType }));
  }
  if (value.kind !== Kind.OBJECT) return [];
  // GraphQL accepts a single value in place of a list with one entry.
  const objectType = isListType(nullable) ? getNullableType(nullable.ofType) : nullable;
  const fields = isInputObjectType(objectType) ? objectType.getFields() : {};
  return value.fields.map((field) => ({
    holder: field,
    value: field.value,
    path: [...path, field.name.value],
    type: fields[field.name.value]?.type,
  }));
}
