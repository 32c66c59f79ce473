import { authorize } from '../../auth/permissions.ts';
import { oldestFirst } from '../../domain/comments/list-comments.ts';
import { visibleComment } from '../../domain/comments/visibility.ts';
import { type CommentEvent, watchComments } from '../../domain/comments/watch-comments.ts';
import * as write from '../../domain/comments/write-comment.ts';
import { type PageArgs, pageQuery } from '../../domain/lists/page.ts';
import type { Comment, Task } from '../../generated/prisma/client.ts';
import { decodeGlobalId, encodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { delivered, startCursor } from '../subscriptions.ts';
import { askedBy, requireSeenTask } from './seen-task.ts';

type Keyed = { idempotencyKey?: string | null };

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

export function author({ authorId }: Comment, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(authorId);
}

export function createComment(_: unknown, args: { input: write.CreateCommentInput } & Keyed, context: RequestContext) {
  const taskId = decodeGlobalId('Task', args.input.taskId, ['input', 'taskId']);
  return write.createComment(context, { ...args, input: { ...args.input, taskId } });
}

export function updateComment(_: unknown, args: { input: write.UpdateCommentInput } & Keyed, context: RequestContext) {
  const id = decodeGlobalId('Comment', args.input.id, ['input', 'id']);
  return write.updateComment(context, { ...args, input: { ...args.input, id } });
}

export async function deleteComment(_: unknown, args: write.CommentTarget, context: RequestContext) {
  const id = decodeGlobalId('Comment', args.id, ['id']);
  const { comment, changeId } = await write.deleteComment(context, { ...args, id });
  return { changeId, commentId: encodeGlobalId('Comment', comment.id) };
}

export async function commentChanged(
  _: unknown,
  { taskId, after }: { taskId: string; after?: string | null },
  context: RequestContext,
) {
  const options = {
    taskId: decodeGlobalId('Task', taskId, ['taskId']),
    after: startCursor(context, after),
    signal: context.stream.access,
  };
  return delivered(context, await watchComments(context, options));
}

export function changedId({ event }: { event: CommentEvent }) {
  return encodeGlobalId('Comment', event.objectId);
}

/** The text of a deleted comment is not shown. */
export function changedComment({ event: { after } }: { event: CommentEvent }) {
  return after?.deletedAt ? null : after;
}
