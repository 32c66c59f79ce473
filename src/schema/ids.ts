import SchemaBuilder, {
  BasePlugin,
  type FieldRequiredness,
  type InputType,
  mapInputFields,
  type ObjectParam,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import {
  coerceInputValue,
  type GraphQLArgument,
  type GraphQLFieldResolver,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { invalidInput } from '../shared/errors.ts';
import { decodeGlobalId, splitGlobalId } from '../shared/global-id.ts';
import { isId } from '../shared/ids.ts';

/** What an id can be of: a node type, any node, a change, or a proposal, which is no node. */
type IdOf<Types extends SchemaTypes> = ObjectParam<Types> | 'Node' | 'Change' | 'ChatProposal';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      ids: IdsPlugin<Types>;
    }
    export interface InputFieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      Type extends InputType<Types> | [InputType<Types>] = InputType<Types> | [InputType<Types>],
      Req extends FieldRequiredness<Type> = FieldRequiredness<Type>,
    > {
      /** What the id is of. Resolvers get the UUID that is in it. */
      for?: IdOf<Types>;
    }
  }
}

/**
 * Decodes the global ids in arguments and inputs before a resolver is called. Unlike with `globalID` of the Relay plugin, a
 * resolver gets the UUID itself, an error names the path of the argument, and it is the error of that field alone
 * (docs/decisions/018-shape-of-the-schema.md).
 */
class IdsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onInputFieldConfig(field: PothosInputFieldConfig<Types>): PothosInputFieldConfig<Types> {
    const idOf = idOfField(field);
    if (!idOf) return field;
    const name = typeof idOf === 'string' ? idOf : this.builder.configStore.getTypeConfig(idOf).name;
    return { ...field, extensions: { ...field.extensions, idOf: name } };
  }

  /** A subscription has decoded its arguments when it began. */
  override wrapResolve(resolve: Resolve, field: PothosOutputFieldConfig<Types>): Resolve {
    return field.kind === 'Subscription' ? resolve : this.#decoding(resolve, field);
  }

  override wrapSubscribe(subscribe: Resolve | undefined, field: PothosOutputFieldConfig<Types>): Resolve | undefined {
    return subscribe && this.#decoding(subscribe, field);
  }

  #decoding(resolve: Resolve, { args }: PothosOutputFieldConfig<Types>): Resolve {
    if (!mapInputFields(args, this.buildCache, idOfField)) return resolve;
    return (root, given, context, info) =>
      resolve(root, decodeFields(fieldOf(info).args, given as Inputs, []), context, info);
  }
}

SchemaBuilder.registerPlugin('ids', IdsPlugin);

type Resolve = GraphQLFieldResolver<unknown, object, object>;
type Inputs = Readonly<Record<string, unknown>>;
type Path = (string | number)[];
type Place = { type: GraphQLInputType; path: Path; idOf: unknown };

/** The arguments of a field as the client gave them, without decoded ids. */
export function givenArguments(info: GraphQLResolveInfo): Record<string, unknown> {
  const [node] = info.fieldNodes;
  return node ? getArgumentValues(fieldOf(info), node, info.variableValues) : {};
}

/** The value of an input that was stored as a client gave it, for the argument at `path`. */
export function readStored<T>(
  schema: GraphQLSchema,
  typename: string,
  { value, path }: { value: unknown; path: Path },
): T {
  const type = schema.getType(typename) as GraphQLInputType;
  return decode(coerceInputValue(value, type), { type, path, idOf: undefined }) as T;
}

function idOfField<Types extends SchemaTypes>({ pothosOptions }: PothosInputFieldConfig<Types>): IdOf<Types> | null {
  return pothosOptions.for ?? null;
}

function fieldOf({ parentType, fieldName }: GraphQLResolveInfo) {
  const field = parentType.getFields()[fieldName];
  if (!field) throw new Error(`${parentType.name} has no field ${fieldName}.`);
  return field;
}

function decodeFields(fields: readonly (GraphQLArgument | GraphQLInputField)[], given: Inputs, path: Path) {
  const decoded: Record<string, unknown> = { ...given };
  for (const { name, type, extensions } of fields) {
    if (name in given) decoded[name] = decode(given[name], { type, path: [...path, name], idOf: extensions.idOf });
  }
  return decoded;
}

function decode(value: unknown, { type, path, idOf }: Place): unknown {
  if (value === null || value === undefined) return value;
  const nullable = getNullableType(type);
  if (isListType(nullable) && Array.isArray(value)) {
    return value.map((item, index) => decode(item, { type: nullable.ofType, path: [...path, index], idOf }));
  }
  if (isInputObjectType(nullable)) return decodeFields(Object.values(nullable.getFields()), value as Inputs, path);
  return typeof idOf === 'string' ? decodeId(idOf, String(value), path) : value;
}

function decodeId(idOf: string, text: string, path: Path): string {
  if (idOf !== 'Node' && idOf !== 'Change') return decodeGlobalId(idOf, text, path);
  // The id of a change is a bare UUID.
  const id = idOf === 'Change' ? text : splitGlobalId(text)?.id;
  if (id && isId(id)) return id;
  throw invalidInput([{ path, message: idOf === 'Change' ? 'This is not the id of a change.' : 'This is not an id.' }]);
}
