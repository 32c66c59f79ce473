import type { Acting } from '../../domain/records/acting.ts';
import type { BulkEditInput } from '../../domain/task-operations/bulk-edits.ts';
import type { BulkTarget } from '../../domain/task-operations/bulk-target.ts';
import * as domain from '../../domain/task-operations/bulk-tasks.ts';
import { decodeGlobalId, encodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';
import { optionalId } from '../ids.ts';
import { decodeFilter } from './task-filter.ts';

export const completeTasks = onTasks(domain.completeTasks);
export const reopenTasks = onTasks(domain.reopenTasks);
export const deleteTasks = onTasks(domain.deleteTasks);
export const restoreTasks = onTasks(domain.restoreTasks);

function onTasks<Call extends domain.BulkCall>(act: (acting: Acting, call: Call) => Promise<domain.BulkResult>) {
  return (_: unknown, args: Call, context: RequestContext) =>
    act(context, { ...args, target: decodeTarget(args.target) });
}

export function updateTasks(
  _: unknown,
  { changes, ...args }: domain.BulkCall & { changes: BulkEditInput },
  context: RequestContext,
) {
  const assigneeId = optionalId('User', changes.assigneeId, ['changes', 'assigneeId']);
  const projectId = optionalId('Project', changes.projectId, ['changes', 'projectId']);
  const target = decodeTarget(args.target);
  return domain.updateTasks(context, { ...args, target, changes: { ...changes, assigneeId, projectId } });
}

export function resultId({ id }: domain.TaskResult) {
  return encodeGlobalId('Task', id);
}

function decodeTarget({ ids, filter }: BulkTarget): BulkTarget {
  return {
    ids: ids?.map((id, index) => decodeGlobalId('Task', id, ['target', 'ids', index])),
    filter: filter && decodeFilter(filter, ['target', 'filter']),
  };
}
