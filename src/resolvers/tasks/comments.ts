import { oldestFirst } from '../../domain/comments/list-comments.ts';
import type { CommentEvent } from '../../domain/comments/watch-comments.ts';
import { type PageArgs, pageQuery } from '../../domain/lists/page.ts';
import type { Comment, Task } from '../../generated/prisma/client.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { askedBy, requireSeenTask } from './seen-task.ts';

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
