import { inspect } from 'node:util';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLUnionType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { conflict } from '../../../src/shared/errors.ts';

/** The types of a schema with resolvers that note what they receive, and answer the same to the same path. */
export type RecordingSchema = {
  schema: GraphQLSchema;
  /** What resolvers received since it was last asked, in the order of their calls. */
  taken(): string[];
};

export function recordingSchema(original: GraphQLSchema): RecordingSchema {
  let calls: string[] = [];

  const resolve: GraphQLFieldResolver<unknown, unknown> = (_source, args, _context, info) => {
    calls.push(received(args, info));
    return answerOf(info);
  };

  async function* subscribe(_source: unknown, args: unknown, _context: unknown, info: GraphQLResolveInfo) {
    calls.push(`subscribe ${received(args, info)}`);
    for (let event = 0; event < 2; event += 1) yield { event };
  }

  const resolveType = (value: unknown) => (value as { type: string }).type;
  const schema = mapSchema(original, {
    [MapperKind.OBJECT_TYPE]: (type) => new GraphQLObjectType({ ...type.toConfig(), isTypeOf: undefined }),
    [MapperKind.INTERFACE_TYPE]: (type) => new GraphQLInterfaceType({ ...type.toConfig(), resolveType }),
    [MapperKind.UNION_TYPE]: (type) => new GraphQLUnionType({ ...type.toConfig(), resolveType }),
    [MapperKind.OBJECT_FIELD]: (field, _name, typeName) => ({
      ...field,
      resolve,
      ...(typeName === original.getSubscriptionType()?.name && { subscribe }),
    }),
  });
  return {
    schema,
    taken: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
  };
}

/** Absent, undefined and null are told apart. */
function received(args: unknown, info: GraphQLResolveInfo): string {
  const { parentType, fieldName, returnType, variableValues, operation } = info;
  const facts = [args, variableValues, operation.name?.value];
  const text = inspect(facts, { depth: null, breakLength: Infinity, maxArrayLength: null, maxStringLength: null });
  return `${pathOf(info)} ${parentType}.${fieldName}: ${returnType} ${text}`;
}

function pathOf({ path }: GraphQLResolveInfo): string {
  const keys: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at; at = at.prev) keys.unshift(at.key);
  return keys.join('.');
}

/** Nullable fields fail now and then; half of the answers come later. */
function answerOf(info: GraphQLResolveInfo): unknown {
  const seed = hashOf(`${pathOf(info)} ${info.fieldName}`);
  const canFail = !isNonNullType(info.returnType) && seed % 9 === 0;
  if (seed % 2 === 0) {
    if (canFail) throw conflict(`Failed ${seed}.`);
    return valueOfType(info.returnType, seed, info.schema);
  }
  return Promise.resolve().then(() => {
    if (canFail) throw conflict(`Failed ${seed}.`);
    return valueOfType(info.returnType, seed, info.schema);
  });
}

function valueOfType(type: GraphQLOutputType, seed: number, schema: GraphQLSchema): unknown {
  if (isNonNullType(type)) return present(type.ofType, seed, schema);
  return seed % 7 === 0 ? null : present(type, seed, schema);
}

function present(type: GraphQLOutputType, seed: number, schema: GraphQLSchema): unknown {
  if (isListType(type)) {
    return Array.from({ length: seed % 3 }, (_, index) => valueOfType(type.ofType, hashOf(`${seed} ${index}`), schema));
  }
  if (isAbstractType(type)) return { type: pickBy(seed, schema.getPossibleTypes(type)).name };
  if (isEnumType(type)) return pickBy(seed, type.getValues()).value;
  if (isObjectType(type)) return {};
  const sample = scalars[String(type)];
  if (!sample) throw new Error(`Add an answer of the scalar ${type} to recording-schema.ts.`);
  return sample(seed);
}

const scalars: Record<string, (seed: number) => unknown> = {
  String: (seed) => `text ${seed}`,
  ID: (seed) => `id-${seed}`,
  Int: (seed) => seed % 1_000,
  Float: (seed) => seed / 4,
  Boolean: (seed) => seed % 3 > 0,
  Date: (seed) => new Date((seed % 20_000) * 86_400_000),
  DateTime: (seed) => new Date(seed * 1_000),
  JSON: (seed) => ({ seed, list: [seed, null, 'x'] }),
};

function pickBy<T>(seed: number, all: readonly T[]): T {
  return all[seed % all.length] as T;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
