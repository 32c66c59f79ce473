import { authorize } from '../../auth/permissions.ts';
import * as saved from '../../domain/saved-filters/saved-filters.ts';
import { checkFilter, type TaskFilter } from '../../domain/tasks/filter.ts';
import type { TaskListArgs } from '../../domain/tasks/list-tasks.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { decodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';
import { decodeFilter } from './task-filter.ts';

type Input = { name?: string | null; filter?: TaskFilter | null; orderBy?: TaskListArgs['orderBy'] };
type Target = { id: string; expectedVersion?: number | null; idempotencyKey?: string | null };

export function savedFilters(_: unknown, __: unknown, context: RequestContext) {
  return saved.listSavedFilters(context);
}

/** Rows that `node` can return: the viewer's own. */
export function findSavedFilter<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, tenantId: viewer.tenantId, userId: viewer.userId };
}

export function createSavedFilter(
  _: unknown,
  { input, ...args }: { input: Input; idempotencyKey?: string | null },
  context: RequestContext,
) {
  return saved.createSavedFilter(context, { ...args, input: toStored(input) });
}

export function updateSavedFilter(
  _: unknown,
  { input, id, ...args }: Target & { input: Input },
  context: RequestContext,
) {
  const target = { ...args, id: decodeGlobalId('SavedFilter', id, ['id']) };
  return saved.updateSavedFilter(context, { ...target, input: toStored(input) });
}

export function deleteSavedFilter(_: unknown, { id, ...args }: Target, context: RequestContext) {
  return saved.deleteSavedFilter(context, { ...args, id: decodeGlobalId('SavedFilter', id, ['id']) });
}

/** Validates a filter before it is stored. @throws AppError `INVALID_INPUT` with the path of the fault. */
function toStored({ name, filter, orderBy }: Input): saved.SavedFilterInput {
  if (filter) checkFilter(decodeFilter(filter, ['input', 'filter']), ['input', 'filter']);
  return { name, filter: filter && asVariable(filter), orderBy: orderBy && asVariable(orderBy) };
}

/** An input in the form that a client would send: dates are strings, and ids are global ids. */
function asVariable(input: object): Prisma.JsonObject {
  return JSON.parse(JSON.stringify(input)) as Prisma.JsonObject;
}
