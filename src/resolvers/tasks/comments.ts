import { authorize } from '../../auth/permissions.ts';
import { oldestFirst } from '../../domain/comments/list-comments.ts';
import { visibleComment } from '../../domain/comments/visibility.ts';
import type { CommentEvent } from '../../domain/comments/watch-comments.ts';
import { type PageArgs, pageQuery } from '../../domain/lists/page.ts';
import type { Comment, Task } from '../../generated/prisma/client.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { askedBy, requireSeenTask } from './seen-task.ts';

/** Rows that `node` can return. */
export function findComment<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, ...visibleComment(viewer) };
}

export async function comments(task: Task, args: PageArgs, { loaders, viewer }: RequestContext) {
  return toConnection(await loaders.commentsOfTask(pageQuery(args, oldestFirst)).load(askedBy(viewer, task.id)));
}

export function task({ taskId }: Comment, _: unknown, context: RequestContext) {
  return requireSeenTask(taskId, context);
}

/** The text of a deleted comment is not shown. */
export function changedComment({ event: { after } }: { event: CommentEvent }) {
  return after?.deletedAt ? null : after;
}
