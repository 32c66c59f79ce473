import { authorize } from '../auth/permissions.ts';
import { conversationRecords, messageRecords } from '../domain/chat/store.ts';
import { commentRecords } from '../domain/comments/store.ts';
import { visibleExecution } from '../domain/executions/read-executions.ts';
import { invitationRecords } from '../domain/invitations/store.ts';
import { projectRecords } from '../domain/projects/store.ts';
import { readRecords } from '../domain/records/read-records.ts';
import type { Records } from '../domain/records/record-kind.ts';
import { recurrenceRecords } from '../domain/recurrences/store.ts';
import { reminderRecords } from '../domain/reminders/store.ts';
import { webhookRecords } from '../domain/reminders/webhooks.ts';
import { savedFilterRecords } from '../domain/saved-filters/saved-filters.ts';
import { taskRecords } from '../domain/tasks/store.ts';
import { tokenRecords } from '../domain/tenants/access-tokens.ts';
import { transferRecords } from '../domain/transfers/store.ts';
import type { Kind } from '../events/contract.ts';
import { type AppError, invalidInput, notFound } from '../shared/errors.ts';
import { membershipKey } from '../shared/global-id.ts';
import { isId } from '../shared/ids.ts';
import type { Maximum } from '../shared/maximum.ts';
import type { RequestContext } from './context.ts';

type NodeId = { typename: string; id: string };
/** The nodes with these keys that the viewer can see, each with its key. */
type ReadNodes = (
  keys: readonly string[],
  context: RequestContext,
) => Promise<(readonly [key: string, node: object])[]>;

/** The maximum number of nodes that are read at once. */
export const nodeCount: Maximum = { max: 200, message: 'At most 200 ids are allowed.' };

/** How nodes of each type are read, by a viewer who has the permission of the type. */
const readers = new Map<string, ReadNodes>([
  ['AccessToken', seen(tokenRecords)],
  ['ChatMessage', seen(messageRecords)],
  ['Comment', seen(commentRecords, ({ deletedAt }) => deletedAt === null)],
  ['Conversation', seen(conversationRecords)],
  ['Execution', byId((id, { app, viewer }) => app.prisma.execution.findMany({ where: visibleExecution(viewer, id) }))],
  [
    'ExecutionStep',
    byId((id, { app, viewer }) => app.prisma.executionStep.findMany({ where: visibleExecution(viewer, id) })),
  ],
  ['Invitation', seen(invitationRecords)],
  ['Me', async (keys, { viewer }) => keys.filter((key) => key === membershipKey(viewer)).map((key) => [key, viewer])],
  ['Member', readMembers],
  ['Project', seen(projectRecords)],
  ['Recurrence', seen(recurrenceRecords)],
  ['Reminder', seen(reminderRecords)],
  ['SavedFilter', seen(savedFilterRecords)],
  ['Task', seen(taskRecords)],
  [
    'Tenant',
    byId((id, { app, viewer }) => app.prisma.tenant.findMany({ where: { id, AND: { id: viewer.tenantId } } })),
  ],
  ['Transfer', seen(transferRecords)],
  ['User', byId(readUsers)],
  ['Webhook', seen(webhookRecords)],
]);

function byId(read: (id: { in: string[] }, context: RequestContext) => Promise<{ id: string }[]>): ReadNodes {
  return async (keys, context) => {
    const rows = await read({ in: keys.filter(isId) }, context);
    return rows.map((row) => [row.id, row]);
  };
}

/** Records that are seen by whom their kind says. */
function seen<Row extends { id: string }>(
  records: Records<Kind, Row>,
  isShown: (row: Row) => boolean = () => true,
): ReadNodes {
  return byId(async (id, context) => (await readRecords(context, records, id.in)).filter(isShown));
}

/** Users who are or were members of the viewer's tenant. */
function readUsers(id: { in: string[] }, { app, viewer }: RequestContext) {
  authorize(viewer, 'member:read');
  return app.prisma.user.findMany({ where: { id, memberships: { some: { tenantId: viewer.tenantId } } } });
}

/** The current members of the viewer's tenant. */
async function readMembers(keys: readonly string[], { app, viewer }: RequestContext) {
  authorize(viewer, 'member:read');
  const { tenantId } = viewer;
  const userIds = keys.map((key) => key.split('.')).flatMap(([tenant, id]) => (tenant === tenantId && id ? [id] : []));
  const rows = await app.prisma.membership.findMany({ where: { tenantId, userId: { in: userIds }, removedAt: null } });
  return rows.map((row) => [membershipKey(row), row] as const);
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
