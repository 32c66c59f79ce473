import SchemaBuilder, { type FieldMap } from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import type PrismaTypes from '../generated/pothos-types.ts';
import { getDatamodel } from '../generated/pothos-types.ts';
import type { RequestContext } from '../resolvers/context.ts';
import { node, nodeCount, nodes } from '../resolvers/nodes.ts';
import { encodeGlobalId, splitNodeId } from '../shared/global-id.ts';
import { connectionDescriptions } from './connection.ts';
import './ids.ts';
import './input-limits.ts';
import './permissions.ts';
import { requireReadableType } from './readable.ts';

/** The schema builder. The files of this folder describe the API; the behavior is in src/resolvers. */
export const builder = new SchemaBuilder<{
  Context: RequestContext;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: string; Output: Date };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  // The first one is called first: permissions are checked before ids are decoded.
  plugins: [ComplexityPlugin, RelayPlugin, PrismaPlugin, 'permissions', 'ids', 'inputLimits'],
  defaultFieldNullability: false,
  // Limits are checked before execution by src/server; here is only what a field costs.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 1 },
  prisma: { client: (context) => context.app.prisma, dmmf: getDatamodel(), exposeDescriptions: false },
  relay: {
    cursorType: 'String',
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    decodeGlobalID: (text) => splitNodeId(text) ?? { typename: '', id: '' },
    nodeTypeOptions: { description: 'An object with a global id.', permission: null },
    nodeQueryOptions: {
      description:
        'Finds an object by its global id. NOT_FOUND if it does not exist or you cannot see it. Requires the permission of the type of the object.',
      permission: 'OF_OBJECT',
      args: { id: { description: 'The global id of the object.' } },
      resolve: (_root, { id }, context, info) => {
        requireReadableType(info, id.typename, context.viewer);
        return node(id, context);
      },
    },
    nodesQueryOptions: {
      nullable: { list: true, items: true },
      description:
        'Finds objects by their global ids, in the order of the ids. For each object that does not exist or that you cannot see, the list has null and the response has a NOT_FOUND error. Requires the permissions of the types of the objects.',
      permission: 'OF_OBJECT',
      args: { ids: { description: 'The global ids of the objects, at most 200.', maxItems: nodeCount } },
      resolve: (_root, { ids }, context, info) => {
        for (const { typename } of ids) requireReadableType(info, typename, context.viewer);
        return nodes(ids, context);
      },
      // Each id is decoded, looked up, and can be an error of its own.
      complexity: ({ ids }: { ids: readonly unknown[] }) => ({
        field: 1 + 3 * ids.length,
        multiplier: Math.max(ids.length, 1),
      }),
    },
    idFieldOptions: { description: 'The global id of the object.', permission: null },
    ...connectionDescriptions,
  },
});

builder.queryType({ description: 'The root of all queries.' });
builder.mutationType({
  description:
    'The root of all mutations. Each mutation is atomic: it is applied as a whole or not at all. The payload of every mutation has a `changeId`, which can be given to `undo`.',
});
builder.subscriptionType({
  description:
    'The root of all subscriptions. Every payload has a `cursor`. To resume after a lost connection, subscribe with `after` set to the last cursor: no payload is missed and none is repeated.',
});

export type Types = typeof builder.$inferSchemaTypes;

/** The fields of an object type that resolves from `Shape`. */
export type Fields<Shape> = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>) => FieldMap;

/** What defines the fields of an input type. */
export type InputFields = Parameters<NonNullable<Parameters<typeof builder.inputType>[1]['fields']>>[0];

/** `createTask` as the beginning of a type's name. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
