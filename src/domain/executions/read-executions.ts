import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Execution, ExecutionLogEntry } from '../../generated/prisma/client.ts';
import type { ExecutionStatus } from '../../generated/prisma/enums.ts';
import { notFound } from '../../shared/errors.ts';
import { listRecords } from '../lists/list-records.ts';
import { encodeKey, type Key, type Page, type PageArgs, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { executionRecords } from './rows.ts';

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
  acting: Acting,
  { filter, ...args }: { filter?: ExecutionFilter | null } & PageArgs,
): Promise<Page<Execution>> {
  authorize(acting.viewer, 'execution:read');
  return listRecords(acting, executionRecords, {
    args,
    order: { name: 'executions', by: null, isDescending: true },
    conditions: [
      { value: filter?.statuses, sql: (statuses) => `execution.status = ANY(${statuses})` },
      { value: filter?.submitterId, sql: (id) => `execution."submitterId" = ${id}` },
    ],
  });
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
