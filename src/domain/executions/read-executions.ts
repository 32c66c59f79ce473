import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Execution, ExecutionLogEntry } from '../../generated/prisma/client.ts';
import type { ExecutionStatus } from '../../generated/prisma/enums.ts';
import { notFound } from '../../shared/errors.ts';
import { isId } from '../../shared/ids.ts';
import { encodeKey, type Key, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';

/** Ordered by id, which is the order of creation. */
const newest: PageOrder = { name: 'executions', isKey: ([value, id]) => value === '' && isId(id) };

/** Which executions are meant; the conditions that are given must all hold. Ids are UUIDs. */
export type ExecutionFilter = { statuses?: readonly ExecutionStatus[] | null; submitterId?: string | null };

/** Executions are seen by everybody in the tenant who may read executions, for Prisma's `where`. @throws `FORBIDDEN`. */
export function visibleExecution<Id extends string | { in: string[] }>(viewer: Viewer, id: Id) {
  authorize(viewer, 'execution:read');
  return { id, tenantId: viewer.tenantId };
}

/** @throws AppError `NOT_FOUND`. */
export async function readExecution({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, id: string): Promise<Execution> {
  const execution = await app.prisma.execution.findFirst({ where: visibleExecution(viewer, id) });
  if (!execution) throw notFound('The execution');
  return execution;
}

/** The tenant's executions, the newest first. @throws AppError `INVALID_INPUT`. */
export async function listExecutions(
  { app, viewer }: Acting,
  { filter, ...args }: { filter?: ExecutionFilter | null } & PageArgs,
): Promise<Page<Execution>> {
  authorize(viewer, 'execution:read');
  const query = pageQuery(args, newest);
  const rows = await app.prisma.execution.findMany({
    where: {
      tenantId: viewer.tenantId,
      ...(filter?.statuses && { status: { in: [...filter.statuses] } }),
      ...(filter?.submitterId && { submitterId: filter.submitterId }),
      id: { ...(query.after && { lt: query.after[1] }), ...(query.before && { gt: query.before[1] }) },
    },
    orderBy: { id: query.isBackward ? 'asc' : 'desc' },
    take: query.limit + 1,
  });
  return toPage(rows, query, ({ id }) => encodeKey(newest, ['', id]));
}

/** What the steps wrote, in order. @throws AppError `INVALID_INPUT`. */
export async function listLog(
  { app, viewer }: Acting,
  { executionId, ...args }: { executionId: string } & PageArgs,
): Promise<Page<ExecutionLogEntry>> {
  authorize(viewer, 'execution:read');
  const order = { name: 'log', isKey: ([seq, id]: Key) => /^\d{1,9}$/.test(seq) && id === executionId };
  const query = pageQuery(args, order);
  const rows = await app.prisma.executionLogEntry.findMany({
    where: {
      tenantId: viewer.tenantId,
      executionId,
      seq: { ...(query.after && { gt: Number(query.after[0]) }), ...(query.before && { lt: Number(query.before[0]) }) },
    },
    orderBy: { seq: query.isBackward ? 'desc' : 'asc' },
    take: query.limit + 1,
  });
  return toPage(rows, query, ({ seq }) => encodeKey(order, [String(seq), executionId]));
}
