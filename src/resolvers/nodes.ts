import { type AppError, invalidInput, notFound } from '../shared/errors.ts';
import { findConversation } from './chat.ts';
import { findComment } from './comments.ts';
import type { RequestContext } from './context.ts';
import { findExecution } from './executions.ts';
import { findProject } from './projects.ts';
import { findRecurrence } from './recurrences.ts';
import { findReminder } from './reminders.ts';
import { findTask } from './tasks.ts';
import { findTransfer } from './transfers.ts';
import { findTenant, findUser } from './users.ts';

export type NodeId = { typename: string; id: string };
type NodeRow = { id: string };
type ReadNodes = (id: { in: string[] }, context: RequestContext) => Promise<NodeRow[]>;

const maxNodes = 200;

/** How nodes of each type are read: those of the ids that the viewer may see. */
const readers = new Map<string, ReadNodes>([
  ['Comment', (id, context) => context.app.prisma.comment.findMany({ where: findComment(id, context) })],
  ['Conversation', (id, context) => context.app.prisma.conversation.findMany({ where: findConversation(id, context) })],
  ['Project', (id, context) => context.app.prisma.project.findMany({ where: findProject(id, context) })],
  ['Recurrence', (id, context) => context.app.prisma.recurrence.findMany({ where: findRecurrence(id, context) })],
  ['Reminder', (id, context) => context.app.prisma.reminder.findMany({ where: findReminder(id, context) })],
  ['Execution', (id, context) => context.app.prisma.execution.findMany({ where: findExecution(id, context) })],
  ['Task', (id, context) => context.app.prisma.task.findMany({ where: findTask(id, context) })],
  ['Tenant', (id, context) => context.app.prisma.tenant.findMany({ where: findTenant(id, context) })],
  ['Transfer', (id, context) => context.app.prisma.transfer.findMany({ where: findTransfer(id, context) })],
  ['User', (id, context) => context.app.prisma.user.findMany({ where: findUser(id, context) })],
]);

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
    throw invalidInput([{ path: ['ids'], message: `At most ${maxNodes} objects are given at once.` }]);
  }
  const typenames = [...new Set(ids.map(({ typename }) => typename))];
  const found = await Promise.all(typenames.map((typename) => readType(typename, ids, context)));
  const byKey = new Map(found.flat());
  return ids.map((id) => byKey.get(keyOf(id)) ?? missing());
}

async function readType(typename: string, ids: readonly NodeId[], context: RequestContext) {
  const wanted = ids.filter((id) => id.typename === typename).map(({ id }) => id);
  const rows = (await readers.get(typename)?.({ in: [...new Set(wanted)] }, context)) ?? [];
  return rows.map((row) => [keyOf({ typename, id: row.id }), { ...row, __typename: typename }] as const);
}

function keyOf({ typename, id }: NodeId): string {
  return `${typename}:${id}`;
}

function missing(): AppError {
  return notFound('The object');
}
