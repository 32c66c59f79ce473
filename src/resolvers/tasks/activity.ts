import { type PageArgs, pageQuery } from '../../domain/lists/page.ts';
import { type Activity, changedFields, newestFirst, type TaskField } from '../../domain/tasks/activity.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { askedBy } from './seen-task.ts';
import { due } from './tasks.ts';

/** The value of a field of a task before and after a change, in the form of the API. */
export type FieldChangeShape = { field: TaskField; before: unknown; after: unknown };

export async function activity(task: Task, args: PageArgs, { loaders, viewer }: RequestContext) {
  return toConnection(await loaders.activityOfTask(pageQuery(args, newestFirst)).load(askedBy(viewer, task.id)));
}

export function changes(activity: Activity): FieldChangeShape[] {
  const { before, after } = activity;
  return changedFields(activity).map((field) => ({ field, before: shown(field, before), after: shown(field, after) }));
}

/** The viewer may be unable to see the project or the parent: only the fact of the change is shown. */
function shown(field: TaskField, task: Task | null): unknown {
  if (!task) return null;
  switch (field) {
    case 'TITLE':
      return task.title;
    case 'NOTES':
      return task.notes;
    case 'STATUS':
      return task.status;
    case 'PRIORITY':
      return task.priority;
    case 'TAGS':
      return task.tags;
    case 'DUE':
      return shownDue(task);
    case 'ASSIGNEE':
      return task.assigneeId && encodeGlobalId('User', task.assigneeId);
    case 'PROJECT':
    case 'PARENT':
      return null;
  }
}

function shownDue(task: Task): unknown {
  const { date = null, at = null, timeZone = null } = due(task) ?? {};
  return timeZone && { date: date?.toISOString().slice(0, 10) ?? null, at: at?.toISOString() ?? null, timeZone };
}
