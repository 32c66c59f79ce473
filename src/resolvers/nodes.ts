import { authorize } from '../auth/permissions.ts';
import { commentRecords } from '../domain/comments/store.ts';
import { projectRecords } from '../domain/projects/store.ts';
import { readRecords } from '../domain/records/read-records.ts';
import type { Records } from '../domain/records/record-kind.ts';
import { recurrenceRecords } from '../domain/recurrences/store.ts';
import { reminderRecords } from '../domain/reminders/store.ts';
import { taskRecords } from '../domain/tasks/store.ts';
import type { Kind } from '../events/contract.ts';
import { type AppError, invalidInput, notFound } from '../shared/errors.ts';
import { membershipKey } from '../shared/global-id.ts';
import { isId } from '../shared/ids.ts';
import { findConversation, findMessage } from './chat/chat.ts';
import type { RequestContext } from './context.ts';
import { findExecution, findStep } from './executions/executions.ts';
import { findInvitation } from './members/invitations.ts';
import { findMembers, findTenant, findToken, findUser } from './members/users.ts';
import { findWebhook } from './reminders/reminder-settings.ts';
import { findSavedFilter } from './tasks/saved-filters.ts';
import { findTransfer } from './transfers/transfers.ts';

export type NodeId = { typename: string; id: string };
/** The nodes with these keys that the viewer can see, each with its key. */
type ReadNodes = (
  keys: readonly string[],
  context: RequestContext,
) => Promise<(readonly [key: string, node: object])[]>;

const maxNodes = 200;

/** How nodes of each type are read. */
const readers = new Map<string, ReadNodes>([
  ['AccessToken', byId((id, context) => context.app.prisma.accessToken.findMany({ where: findToken(id, context) }))],
  ['ChatMessage', byId((id, context) => context.app.prisma.chatMessage.findMany({ where: findMessage(id, context) }))],
  ['Comment', seen(commentRecords, ({ deletedAt }) => deletedAt === null)],
  [
    'Conversation',
    byId((id, context) => context.app.prisma.conversation.findMany({ where: findConversation(id, context) })),
  ],
  ['Execution', byId((id, context) => context.app.prisma.execution.findMany({ where: findExecution(id, context) }))],
  ['ExecutionStep', byId((id, context) => context.app.prisma.executionStep.findMany({ where: findStep(id, context) }))],
  ['Invitation', byId((id, context) => context.app.prisma.invitation.findMany({ where: findInvitation(id, context) }))],
  ['Me', async (keys, { viewer }) => keys.filter((key) => key === membershipKey(viewer)).map((key) => [key, viewer])],
  ['Member', readMembers],
  ['Project', seen(projectRecords)],
  ['Recurrence', seen(recurrenceRecords)],
  ['Reminder', seen(reminderRecords)],
  [
    'SavedFilter',
    byId((id, context) => context.app.prisma.savedFilter.findMany({ where: findSavedFilter(id, context) })),
  ],
  ['Task', seen(taskRecords)],
  ['Tenant', byId((id, context) => context.app.prisma.tenant.findMany({ where: findTenant(id, context) }))],
  ['Transfer', byId((id, context) => context.app.prisma.transfer.findMany({ where: findTransfer(id, context) }))],
  ['User', byId((id, context) => context.app.prisma.user.findMany({ where: findUser(id, context) }))],
  ['Webhook', byId((id, context) => context.app.prisma.webhook.findMany({ where: findWebhook(id, context) }))],
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
  return async (keys, context) => {
    authorize(context.viewer, 'task:read');
    const rows = await readRecords(context, records, keys.filter(isId));
    return rows.filter(isShown).map((row) => [row.id, row]);
  };
}

async function readMembers(keys: readonly string[], context: RequestContext) {
  const rows = await context.app.prisma.membership.findMany({ where: findMembers(keys, context) });
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
  if (ids.length > maxNodes) {
    throw invalidInput([{ path: ['ids'], message: `At most ${maxNodes} ids are allowed.` }]);
  }
  const typenames = [...new Set(ids.map(({ typename }) => typename))];
  const found = await Promise.all(typenames.map((typename) => readType(typename, ids, context)));
  const byKey = new Map(found.flat());
  return ids.map((id) => byKey.get(keyOf(id)) ?? missing());
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
