import { type GraphQLArgument, type GraphQLInputField, getNamedType, isCompositeType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Permission, permissions } from '../../../src/auth/permissions.ts';
import { schema } from '../../../src/schema/index.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { argumentsOf, isRequired, type Operation, operationsOf } from '../../support/schema-walk.ts';
import { scopedPerson } from '../../support/scoped-person.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

// The schema declares what each operation needs, and the domain asks for it. This compares the two: each operation is
// called with a token of each single permission.

let server: TestApp;
const people = new Map<Permission, Person>();
beforeAll(async () => {
  server = await createTestApp();
  const { alice } = await server.tenant();
  for (const scope of permissions) people.set(scope, await scopedPerson(server.app, alice, [scope]));
});
afterAll(() => server[Symbol.asyncDispose]());

const operations = operationsOf(schema);
const declaredOf = ({ field }: Operation) =>
  [field.extensions.permission].flat() as (Permission | 'OF_OBJECT' | null)[];

/** What an operation must be given besides its required arguments. */
const samples: Record<string, unknown> = {
  'createRecurrence.input.repeat.rrule': 'FREQ=DAILY',
  'previewRecurrence.input.repeat.rrule': 'FREQ=DAILY',
};

async function documentFor({ root, field }: Operation): Promise<{ query: string; variables: Record<string, unknown> }> {
  const valueAt = async (path: readonly string[], input: GraphQLArgument | GraphQLInputField) => {
    const place = [field.name, ...path].join('.');
    if (place in samples) return samples[place];
    if (path.join('.') === 'target.ids') return encodeGlobalId('Task', newId());
    if (getNamedType(input.type).name !== 'ID' || !isRequired(input)) return undefined;
    const { idOf } = input.extensions;
    return idOf === 'Change' ? newId() : encodeGlobalId(typeof idOf === 'string' ? idOf : 'Task', newId());
  };
  const variables = await argumentsOf({ root, field }, valueAt);
  const given = field.args.filter(({ name }) => name in variables);
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const within = (text: string) => (text ? `(${text})` : '');
  const selection = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
  return { query: `${root} ${within(declared)} { ${field.name}${within(passed)} ${selection} }`, variables };
}

/** The refusal of an operation, if it is refused. */
async function refusalOf(person: Person, operation: Operation): Promise<AppError | null> {
  const { query, variables } = await documentFor(operation);
  try {
    if (operation.root === 'subscription') {
      const stream = await person.subscribe<object, object>(query, variables);
      await stream.next();
      await stream.return?.();
    } else await person.run<object, object>(query, variables);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const walked = operations.filter((operation) => !declaredOf(operation).includes('OF_OBJECT'));

test('the walk covers the operations', () => {
  expect(walked.length).toBe(operations.length - 3);
  expect(walked.length).toBeGreaterThan(85);
});

test.each(walked.map((operation) => ({ name: operation.field.name, operation })))(
  '$name needs what it declares, and nothing else',
  async ({ name, operation }) => {
    for (const [scope, person] of people) {
      const missing = declaredOf(operation).filter((permission) => permission !== null && permission !== scope);
      const refusal = await refusalOf(person, operation);
      if (missing.length > 0) {
        expect([scope, refusal?.code, refusal?.message]).toEqual([
          scope,
          'FORBIDDEN',
          expect.stringContaining(String(missing[0])),
        ]);
      } else if (name !== 'acceptInvite') expect([scope, refusal?.code]).not.toEqual([scope, 'FORBIDDEN']);
    }
  },
);

const nodeTypes = schema.getPossibleTypes(schema.getType('Node') as Parameters<typeof schema.getPossibleTypes>[0]);
/** Objects refer to users and members, but only the directory gives them by their id. */
const ofDirectory: readonly string[] = ['User', 'Member'];

test.each(nodeTypes.map((type) => ({ name: type.name, type })))(
  'node and nodes need the permission of the type: $name',
  async ({ name, type }) => {
    const permission = ofDirectory.includes(name) ? 'member:read' : type.extensions.permission;
    const id = encodeGlobalId(name, newId());
    for (const [scope, person] of people) {
      const one = await person.answer('query ($id: ID!) { node(id: $id) { id } }', { id });
      const many = await person.answer('query ($id: ID!) { nodes(ids: [$id]) { id } }', { id });
      const code = permission === null || permission === scope ? 'NOT_FOUND' : 'FORBIDDEN';
      const codes = [one, many].map(({ errors }) => (errors?.[0]?.originalError as AppError | undefined)?.code);
      expect([scope, ...codes]).toEqual([scope, code, code]);
    }
  },
);
