import SchemaBuilder from '@pothos/core';
import {
  type GraphQLField,
  type GraphQLResolveInfo,
  getNullableType,
  isInterfaceType,
  isNullableType,
  isObjectType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { type Permission, permissions } from '../../src/auth/permissions.ts';
import { schema } from '../../src/schema/index.ts';
import '../../src/schema/permissions.ts';

// Every field of the schema declares what it takes to read it, and is refused without it.

type Place = { place: string; typeName: string; field: GraphQLField<unknown, unknown> };

const roots = ['Query', 'Mutation', 'Subscription'];
const places = Object.values(schema.getTypeMap())
  .filter(({ name }) => !name.startsWith('__'))
  .filter((type) => isObjectType(type) || isInterfaceType(type))
  .flatMap((type): Place[] =>
    Object.values(type.getFields()).map((field) => ({
      place: `${type.name}.${field.name}`,
      typeName: type.name,
      field,
    })),
  );
const operations = places.filter(({ typeName }) => roots.includes(typeName));
const fields = places.filter(({ typeName }) => !roots.includes(typeName));
const permissionOf = ({ field }: Place) => field.extensions.permission;
const isPermission = (value: unknown): value is Permission => permissions.includes(value as Permission);

test('every field declares a permission, or that it needs none', () => {
  expect(places.length).toBeGreaterThan(500);
  expect(places.filter((one) => permissionOf(one) === undefined).map(({ place }) => place)).toEqual([]);
});

test('few operations need no permission, or that of the object', () => {
  const named = (value: unknown) =>
    operations.filter((one) => permissionOf(one) === value).map(({ field }) => field.name);
  expect(named(null).sort()).toEqual(['acceptInvite', 'eventCursor', 'me']);
  expect(named('OF_OBJECT').sort()).toEqual(['node', 'nodes', 'undo']);
});

test('the description of an operation and of a type names the permission', () => {
  const silent = operations
    .filter((one) => [permissionOf(one)].flat().some((name) => isPermission(name) && !describes(one.field, name)))
    .map(({ place }) => place);
  expect(silent).toEqual([]);
  const types = Object.values(schema.getTypeMap()).filter(({ extensions }) => isPermission(extensions.permission));
  expect(types.length).toBeGreaterThan(30);
  for (const type of types)
    expect(type.description).toContain(`Requires the permission ${type.extensions.permission}.`);
});

test('the description of a query that is null without its permission says so', () => {
  const without = ' Null, with a FORBIDDEN error, if you lack the permission.';
  const queries = operations.filter(({ typeName }) => typeName === 'Query');
  const areNull = queries.filter(
    (one) => [permissionOf(one)].flat().some(isPermission) && isNullableType(one.field.type),
  );
  expect(areNull.length).toBeGreaterThan(20);
  expect(queries.filter(({ field }) => field.description?.endsWith(without))).toEqual(areNull);
});

function describes({ description }: GraphQLField<unknown, unknown>, permission: Permission): boolean {
  return /Requires the permissions? /.test(description ?? '') && (description ?? '').includes(permission);
}

describe('a builder with this plugin', () => {
  const build = (add: (builder: ReturnType<typeof newBuilder>) => void) => () => {
    const builder = newBuilder();
    builder.queryType();
    add(builder);
    return builder.toSchema();
  };
  const newBuilder = () => new SchemaBuilder<object>({ plugins: ['permissions'] } as never);
  const nameOf = { resolve: () => 'name' };

  test('builds what declares its permissions', () => {
    const built = build((builder) => {
      const thing = builder.objectRef<object>('Thing');
      thing.implement({ permission: 'task:read', fields: (t) => ({ name: t.string(nameOf) }) });
      builder.queryField('thing', (t) => t.field({ permission: null, type: thing, resolve: () => ({}) }));
    })();
    expect(built.getType('Thing')?.extensions.permission).toBe('task:read');
  });

  test('does not build a type without one', () => {
    const add = build((builder) => {
      // @ts-expect-error The compiler finds it too.
      builder.objectRef<object>('Thing').implement({ fields: (t) => ({ name: t.string(nameOf) }) });
      builder.queryField('name', (t) => t.string({ permission: null, ...nameOf }));
    });
    expect(add).toThrow('The type Thing declares no permission.');
  });

  test('does not build an operation without one', () => {
    const add = build((builder) => {
      // @ts-expect-error The compiler finds it too.
      builder.queryField('name', (t) => t.string(nameOf));
    });
    expect(add).toThrow('The field Query.name declares no permission.');
  });
});

describe('without its permission', () => {
  const viewer = { role: 'OWNER', userId: 'somebody', invitationId: null, scopes: new Set(['token:write'] as const) };
  const read = ({ field }: Place, scopes: Set<Permission>) =>
    field.resolve?.({ id: 'another' }, {}, { viewer: { ...viewer, scopes } }, {} as GraphQLResolveInfo);
  const all = (left: Permission) => new Set(permissions.filter((permission) => permission !== left));

  const guarded = fields.flatMap((one) => {
    const permission = permissionOf(one);
    return isPermission(permission) ? [{ ...one, permission }] : [];
  });

  test('every field is refused before it is resolved, and the error names the permission', () => {
    expect(guarded.length).toBeGreaterThan(250);
    for (const one of guarded.filter(({ field }) => field.resolve)) {
      const message = `The field ${one.place} requires the permission ${one.permission}`;
      expect(() => read(one, all(one.permission))).toThrow(message);
    }
  });

  test('a field that is refused for some objects is nullable, so that the object is answered', () => {
    const partial = fields.filter((one) => {
      const permission = permissionOf(one);
      return permission !== null && !isPermission(permission);
    });
    expect(partial.map(({ place }) => place)).toEqual(['User.email', 'User.timeZone']);
    for (const one of partial) {
      expect(getNullableType(one.field.type)).toBe(one.field.type);
      expect(() => read(one, all('member:read'))).toThrow('requires the permission member:read');
      expect(one.field.description).toContain('Requires the permission member:read, except for your own.');
    }
  });
});
