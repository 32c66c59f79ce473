import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type InterfaceParam,
  type PothosOutputFieldConfig,
  type PothosTypeConfig,
  type SchemaTypes,
  type TypeParam,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { authorize, type Permission } from '../auth/permissions.ts';
import type { Viewer } from '../auth/viewer.ts';
import { requireReadable } from './readable.ts';

/**
 * What an operation needs; the domain asks for it. Null: nothing. OF_OBJECT: what the object or the change needs that it is
 * about, as its description says.
 */
type OperationPermission = Permission | readonly Permission[] | 'OF_OBJECT' | null;
/** What it takes to read the fields of a type. Null: whoever is given an object may read it. */
type TypePermission = Permission | null;
/** What it takes to read a field of some objects, such as those of other users. Such a field is nullable. */
type PartialPermission<Shape> = { of: Permission; isOwn(object: Shape, viewer: Viewer): boolean };
type FieldPermission<Shape> = TypePermission | PartialPermission<Shape>;

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      permissions: PermissionsPlugin<Types>;
    }
    export interface ObjectTypeOptions<Types extends SchemaTypes = SchemaTypes, Shape = unknown> {
      permission: TypePermission;
    }
    export interface InterfaceTypeOptions<
      Types extends SchemaTypes = SchemaTypes,
      Shape = unknown,
      Interfaces extends InterfaceParam<Types>[] = InterfaceParam<Types>[],
      ResolveType = unknown,
    > {
      permission: TypePermission;
    }
    export interface FieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      ParentShape = unknown,
      Type extends TypeParam<Types> = TypeParam<Types>,
      Nullable extends FieldNullability<Type> = FieldNullability<Type>,
      Args extends InputFieldMap = InputFieldMap,
      ResolveShape = unknown,
      ResolveReturnShape = unknown,
    > {
      /** What it takes to read the field, if that is not the permission of its type. */
      permission?: OperationPermission | FieldPermission<ParentShape>;
    }
    export interface QueryFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      permission: OperationPermission;
    }
    export interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      permission: OperationPermission;
    }
    export interface ObjectFieldOptions<
      Types extends SchemaTypes,
      ParentShape,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveReturnShape,
    > {
      permission?: FieldPermission<ParentShape>;
    }
    export interface SubscriptionFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      permission: OperationPermission;
    }
  }
}

type Resolve = GraphQLFieldResolver<unknown, object>;

/**
 * Every field has a permission: its own, or that of its type. Without one, the schema is not built. For the operations
 * (the fields of Query, Mutation and Subscription) it is a declaration: the domain asks for it, because operations are also
 * called by chat and jobs. For every other field, and before it looks at what is selected of a change, this plugin asks for
 * it. See docs/decisions/030-permissions-of-fields.md.
 */
class PermissionsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(type: PothosTypeConfig): PothosTypeConfig {
    if (type.kind !== 'Object' && type.kind !== 'Interface') return type;
    const { permission } = type.pothosOptions as { permission?: TypePermission };
    if (permission === undefined) throw new Error(`The type ${type.name} declares no permission.`);
    return { ...type, ...declared(type, permission) };
  }

  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const { permission } = field.pothosOptions;
    const isNullable = field.kind === 'Query' && field.type.nullable;
    if (permission !== undefined) return { ...field, ...declared(field, permission, isNullable) };
    const { name, pothosOptions } = this.builder.configStore.getTypeConfig(field.parentType);
    const inherited = (pothosOptions as { permission?: TypePermission }).permission;
    if (inherited === undefined) throw new Error(`The field ${name}.${field.name} declares no permission.`);
    return { ...field, extensions: { ...field.extensions, permission: inherited } };
  }

  override wrapResolve(resolve: Resolve, field: PothosOutputFieldConfig<Types>): Resolve {
    if (field.kind === 'Query' || field.kind === 'Subscription') return resolve;
    return field.kind === 'Mutation' ? readable(resolve, field) : guarded(resolve, field);
  }

  override wrapSubscribe(subscribe: Resolve | undefined, field: PothosOutputFieldConfig<Types>): Resolve | undefined {
    return subscribe && readable(subscribe, field);
  }
}

SchemaBuilder.registerPlugin('permissions', PermissionsPlugin);

type Declaring = { description?: string | null; extensions?: Readonly<Record<string, unknown>> | null };
type Declared = NonNullable<PothosSchemaTypes.FieldOptions['permission']> | null;

/**
 * The permission in the extensions, where it is found at run time, and in the description, where clients find it.
 * `isNullable`: without the permission, the field is null and the others have their results.
 */
function declared<Config extends Declaring>(
  { description, extensions }: Config,
  permission: Declared,
  isNullable = false,
) {
  const sentence = requires(permission);
  const without = isNullable ? ' Null, with a FORBIDDEN error, if you lack the permission.' : '';
  return {
    description: sentence ? `${description} ${sentence}${without}` : description,
    extensions: { ...extensions, permission },
  } as Pick<Config, 'description' | 'extensions'>;
}

function requires(permission: Declared): string | null {
  if (permission === null || permission === 'OF_OBJECT') return null;
  if (typeof permission === 'string') return `Requires the permission ${permission}.`;
  if ('of' in permission) return `Requires the permission ${permission.of}, except for your own.`;
  return `Requires the permissions ${permission.join(' and ')}.`;
}

/** Nothing is changed, and no subscription begins, if its caller may not read what is selected of the result. */
function readable(resolve: Resolve, { extensions }: Guarded): Resolve {
  const permissions = operationPermissions(extensions?.permission as OperationPermission);
  return (root, args, context, info) => {
    const { viewer } = context as Context;
    // The permission of the operation comes first: without it, another selection would not help.
    for (const permission of permissions) authorize(viewer, permission);
    requireReadable(info, viewer);
    return resolve(root, args, context, info);
  };
}

type Context = { viewer: Viewer };

function operationPermissions(permission: OperationPermission): readonly Permission[] {
  if (permission === null || permission === 'OF_OBJECT') return [];
  return typeof permission === 'string' ? [permission] : permission;
}

function guarded(resolve: Resolve, { parentType, name, extensions }: Guarded): Resolve {
  const permission = extensions?.permission as FieldPermission<unknown>;
  if (permission === null) return resolve;
  const place = `The field ${parentType}.${name}`;
  if (typeof permission === 'string') {
    return (object, args, context, info) => {
      authorize((context as Context).viewer, permission, place);
      return resolve(object, args, context, info);
    };
  }
  return (object, args, context, info) => {
    const { viewer } = context as Context;
    if (!permission.isOwn(object, viewer)) authorize(viewer, permission.of, place);
    return resolve(object, args, context, info);
  };
}

type Guarded = Pick<PothosOutputFieldConfig<SchemaTypes>, 'parentType' | 'name' | 'extensions'>;
