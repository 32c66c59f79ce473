import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import type PrismaTypes from '../generated/pothos-types.ts';
import { getDatamodel } from '../generated/pothos-types.ts';
import type { RequestContext } from '../resolvers/context.ts';
import { node, nodes } from '../resolvers/nodes.ts';
import { encodeGlobalId, splitGlobalId } from '../shared/global-id.ts';

/** The schema's builder. Files of this folder describe the API's shape; what happens is in src/resolvers. */
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
  plugins: [ComplexityPlugin, RelayPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  // Limits are checked before execution by src/server; here is only what a field costs.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 1 },
  prisma: { client: (context) => context.app.prisma, dmmf: getDatamodel(), exposeDescriptions: false },
  relay: {
    cursorType: 'String',
    encodeGlobalID: (typename, id) => encodeGlobalId(typename, String(id)),
    decodeGlobalID: (text) => splitGlobalId(text) ?? { typename: '', id: '' },
    nodesOnConnection: { description: 'The entries without their cursors.' },
    nodeTypeOptions: { description: 'An object with an id of its own.' },
    nodeQueryOptions: {
      description: 'The object with this id. NOT_FOUND when there is none that you may see.',
      args: { id: { description: 'Its id.' } },
      resolve: (_root, { id }, context) => node(id, context),
    },
    nodesQueryOptions: {
      description: 'The objects with these ids, in their order; null and NOT_FOUND for each that you may not see.',
      args: { ids: { description: 'Their ids, at most 200.' } },
      resolve: (_root, { ids }, context) => nodes(ids, context),
      complexity: ({ ids }: { ids: readonly unknown[] }) => ({ field: 1, multiplier: Math.max(ids.length, 1) }),
    },
    pageInfoTypeOptions: { description: 'Where a page lies in its list.' },
    edgesFieldOptions: { description: 'The entries with their cursors.' },
    nodeFieldOptions: { description: 'The entry.' },
    cursorFieldOptions: { description: 'Pass it as after or before to read on from here.' },
  },
});

builder.queryType({ description: 'Everything that can be read.' });
builder.mutationType({
  description:
    'Everything that can be changed. A change is atomic, and its changeId can be given to undo. With an idempotencyKey the same call within 24 hours is answered by the first result.',
});
builder.subscriptionType({
  description:
    'Live changes. Every payload has a cursor; a subscription with after set to it goes on from there with nothing missed and nothing twice.',
});
