import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  validateSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

type Described = { place: string; description?: string | null | undefined };

function argumentsOf(field: GraphQLField<unknown, unknown> | GraphQLInputField): readonly GraphQLArgument[] {
  return 'args' in field ? field.args : [];
}

/** A type with everything in it that has a description of its own. */
function describedIn(type: GraphQLNamedType): Described[] {
  const own = { place: type.name, description: type.description };
  if (isEnumType(type)) {
    return [own, ...type.getValues().map(({ name, description }) => ({ place: `${type.name}.${name}`, description }))];
  }
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [own];
  const fields = Object.values(type.getFields()).flatMap((field) => [
    { place: `${type.name}.${field.name}`, description: field.description },
    ...argumentsOf(field).map(({ name, description }) => ({
      place: `${type.name}.${field.name}(${name})`,
      description,
    })),
  ]);
  return [own, ...fields];
}

test('the schema is valid', () => {
  expect(validateSchema(schema)).toEqual([]);
});

test('the schema and every type, field, argument, input field and enum value has a description', () => {
  const described: Described[] = [{ place: 'schema', description: schema.description }, ...types.flatMap(describedIn)];
  expect(described.length).toBeGreaterThan(1_000);
  expect(described.filter(({ description }) => !description?.trim()).map(({ place }) => place)).toEqual([]);
});

test('every id in an argument or input says what it is of', () => {
  const inputs = types.flatMap((type) => {
    if (isInputObjectType(type)) return Object.values(type.getFields());
    return isObjectType(type) ? Object.values(type.getFields()).flatMap(({ args }) => args) : [];
  });
  const ids = inputs.filter(({ type }) => getNamedType(type).name === 'ID');
  // `node` and `nodes` read objects of any type by the id as it is.
  const decoded = ids.filter(({ extensions }) => !extensions.isRelayGlobalID);
  expect(decoded.length).toBeGreaterThan(60);
  expect(decoded.filter(({ extensions }) => typeof extensions.idOf !== 'string').map(({ name }) => name)).toEqual([]);
});

test('every description is a sentence that ends', () => {
  const described = types.filter((type) => !isSpecifiedScalarType(type)).flatMap(describedIn);
  expect(described.filter(({ description }) => !/^[A-Z0-9`].*[.]$/s.test(description ?? ''))).toEqual([]);
});

test('no description leaves out what it is about', () => {
  const fragment = /^(Its|This one|These|Which|In which|By what|More about)\b|\bunless given\b/;
  expect(types.flatMap(describedIn).filter(({ description }) => fragment.test(description ?? ''))).toEqual([]);
});

test('every directive of our own has a description', () => {
  const own = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  expect(own.filter(({ description }) => !description)).toEqual([]);
});

test('every scalar that GraphQL does not define says where it is specified', () => {
  const scalars = types.filter(isScalarType).filter((type) => !isSpecifiedScalarType(type));
  expect(scalars.map(({ name }) => name)).toEqual(expect.arrayContaining(['Date', 'DateTime', 'JSON']));
  for (const { name, specifiedByURL } of scalars) expect([name, specifiedByURL]).toEqual([name, expect.any(String)]);
});

test('every object with a global id is a Node', () => {
  const identified = types.filter(isObjectType).filter((type) => isNonNullType(type.getFields().id?.type));
  const nodes = identified.filter((type) => type.getInterfaces().some(({ name }) => name === 'Node'));
  expect(identified.map(({ name }) => name)).toEqual(nodes.map(({ name }) => name));
  expect(nodes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['AccessToken', 'Invitation', 'Me', 'Member', 'SavedFilter', 'Task', 'Webhook']),
  );
});

test('a query field that can be refused is nullable, so that the other fields of the query are answered', () => {
  const always = ['me', 'eventCursor'];
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const strict = fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name);
  expect(strict.sort()).toEqual(always.sort());
});
