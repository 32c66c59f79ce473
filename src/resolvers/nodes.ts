import { commentRecords } from '../domain/comments/store.ts';
import { kinds } from '../domain/kinds/kinds.ts';
import { readRecords } from '../domain/records/read-records.ts';
import type { Records } from '../domain/records/record-kind.ts';
import { readMembers, readTenant, readUsers } from '../domain/tenants/read-tenant.ts';
import { type Kind, kindNames } from '../events/contract.ts';
import type { Comment } from '../generated/prisma/client.ts';
import { type AppError, invalidInput, notFound } from '../shared/errors.ts';
import { membershipKey } from '../shared/global-id.ts';
import { isId } from '../shared/ids.ts';
import type { Maximum } from '../shared/maximum.ts';
import type { RequestContext } from './context.ts';

type Node = { id: string };
type NodeId = { typename: string; id: string };
/** The nodes with these keys that the viewer can see, each with its key. */
type ReadNodes = (
  keys: readonly string[],
  context: RequestContext,
) => Promise<(readonly [key: string, node: object])[]>;

/** The maximum number of nodes that are read at once. */
export const nodeCount: Maximum = { max: 200, message: 'At most 200 ids are allowed.' };

/** Kinds whose records have no type of their own in the API, or are not nodes. */
const apart: readonly Kind[] = ['calendarFeed', 'chatProposal', 'erasure', 'membership', 'user'];

/** How nodes of each type are read, by a viewer who has the permission of the type. */
const readers = new Map<string, ReadNodes>([
  ...kindNames.filter((kind) => !apart.includes(kind)).map((kind) => [kinds[kind].typename, seen(kind)] as const),
  ['Comment', byId(async (ids, context) => (await readRecords(context, commentRecords, ids)).filter(isLeft))],
  ['Me', async (keys, { viewer }) => keys.filter((key) => key === membershipKey(viewer)).map((key) => [key, viewer])],
  ['Member', membersByKey],
  ['Tenant', byId(async (ids, context) => [await readTenant(context)].filter(({ id }) => ids.includes(id)))],
  ['User', byId((ids, context) => readUsers(context, ids))],
]);

function byId(read: (ids: readonly string[], context: RequestContext) => Promise<Node[]>): ReadNodes {
  return async (keys, context) => (await read(keys.filter(isId), context)).map((row) => [row.id, row]);
}

/** Records that are seen by whom their kind says. */
function seen(kind: Kind): ReadNodes {
  return byId((ids, context) => readRecords(context, kinds[kind].records as Records<Kind, Node>, ids));
}

function isLeft({ deletedAt }: Comment): boolean {
  return deletedAt === null;
}

async function membersByKey(keys: readonly string[], context: RequestContext) {
  const { tenantId } = context.viewer;
  const userIds = keys.map((key) => key.split('.')).flatMap(([tenant, id]) => (tenant === tenantId && id ? [id] : []));
  return (await readMembers(context, userIds)).map((member) => [membershipKey(member), member] as const);
}

/** The object with this id. @throws AppError `NOT_FOUND` when there is none that the viewer may see. */
export async function node(id: NodeId, context: RequestContext): Promise<object> {
  const [found] = await nodes([id], context);
  if (!found || found instanceof Error) throw found ?? missing();
  return found;
}

/**
 * The objects with these ids in their order, read by one statement per type; `NOT_FOUND` in the place of each that the
 * viewer may not see. @throws AppError `INVALID_INPUT` for more than 200.
 */
export async function nodes(ids: readonly NodeId[], context: RequestContext): Promise<(object | AppError)[]> {
  if (ids.length > nodeCount.max) throw invalidInput([{ path: ['ids'], message: nodeCount.message }]);
  const typenames = [...new Set(ids.map(({ typename }) => typename))];
  const found = await Promise.all(typenames.map((typename) => readType(typename, ids, context)));
  const byKey = new Map(found.flat());
  // One error for all: GraphQL formats the stack of each error that it is given.
  const absent = missing();
  return ids.map((id) => byKey.get(keyOf(id)) ?? absent);
}

async function readType(typename: string, ids: readonly NodeId[], context: RequestContext) {
  const keys = new Set(ids.filter((id) => id.typename === typename).map(({ id }) => id));
  const found = (await readers.get(typename)?.([...keys], context)) ?? [];
  return found.map(([id, node]) => [keyOf({ typename, id }), { ...node, __typename: typename }] as const);
}

function keyOf({ typename, id }: NodeId): string {
  return `${typename}:${id}`;
}

function missing(): AppError {
  return notFound('The object');
}
