import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import type { Comment } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { textOf } from '../../shared/maximum.ts';
import { validate, visibleText } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { lockRecord, requireRecord, type Target } from '../records/lock-records.ts';
import type { KeyedTarget } from '../records/on-record.ts';
import { saveRecord } from '../records/save-records.ts';
import { addCommentWords } from '../tasks/comment-words.ts';
import { lockLiveTask } from '../tasks/store.ts';
import { commentRecords } from './store.ts';

export const commentLength = textOf(10_000, 'A comment');

export const commentTextSchema = visibleText('A comment', commentLength);
const createCommentSchema = z.object({ taskId: z.uuid(), text: commentTextSchema });
const updateCommentSchema = z.object({ id: z.uuid(), text: commentTextSchema, expectedVersion: z.int().nullish() });

export type CreateCommentInput = z.input<typeof createCommentSchema>;
export type UpdateCommentInput = z.input<typeof updateCommentSchema>;
type CommentChange = { comment: Comment; changeId: string };

/** Creates a comment on a task. @throws AppError `INVALID_INPUT`, `NOT_FOUND`, `CONFLICT` (in the trash). */
export async function createComment(
  acting: Acting,
  { input, idempotencyKey }: Keyed<CreateCommentInput>,
): Promise<CommentChange> {
  const { viewer } = acting;
  authorize(viewer, 'task:write');
  const wanted = validate(createCommentSchema, input);
  return change(acting, { operation: 'createComment', input, idempotencyKey }, async (tx) => {
    const { tenantId, id: taskId } = await lockLiveTask(tx, viewer, { id: wanted.taskId });
    const said = { id: newId(), tenantId, taskId, authorId: viewer.userId, text: wanted.text };
    const comment = { ...said, originalAuthor: null, version: 1, createdAt: tx.now, editedAt: null, deletedAt: null };
    await insertRecords(tx, commentRecords, [comment]);
    await addCommentWords(tx, comment);
    return { comment };
  });
}

/**
 * Updates the text of a comment; nothing is written if it does not differ. @throws AppError `INVALID_INPUT`,
 * `NOT_FOUND`, `FORBIDDEN` for all but the author, `PRECONDITION_FAILED`.
 */
export async function updateComment(
  acting: Acting,
  { input, idempotencyKey }: Keyed<UpdateCommentInput>,
): Promise<CommentChange> {
  authorize(acting.viewer, 'task:write');
  const wanted = validate(updateCommentSchema, input);
  return change(acting, { operation: 'updateComment', input, idempotencyKey }, async (tx) => {
    const before = await lockLivingComment(tx, acting, wanted);
    if (before.authorId !== acting.viewer.userId) {
      throw new AppError('FORBIDDEN', 'Only the author of a comment can change it.');
    }
    if (before.text === wanted.text) return { comment: before };
    const changes = { text: wanted.text, editedAt: tx.now };
    return { comment: await saveRecord(tx, commentRecords, before, { event: 'comment.updated', changes }) };
  });
}

/**
 * Deletes a comment. @throws AppError `NOT_FOUND`, `FORBIDDEN` for all but the author and moderators,
 * `PRECONDITION_FAILED`.
 */
export async function deleteComment(
  acting: Acting,
  { idempotencyKey, ...target }: KeyedTarget,
): Promise<CommentChange> {
  authorize(acting.viewer, 'task:write');
  return change(acting, { operation: 'deleteComment', input: target, idempotencyKey }, async (tx) => {
    const before = await lockLivingComment(tx, acting, target);
    if (before.authorId !== acting.viewer.userId) authorize(acting.viewer, 'comment:moderate');
    const changes = { deletedAt: tx.now };
    return { comment: await saveRecord(tx, commentRecords, before, { event: 'comment.deleted', changes }) };
  });
}

/** @throws AppError as `lockRecord`; a comment that was deleted does not exist. */
async function lockLivingComment(tx: Change, { viewer }: Acting, { id, expectedVersion }: Target): Promise<Comment> {
  const comment = await lockRecord(tx, commentRecords, viewer, { id });
  return requireRecord(commentRecords, comment.deletedAt ? null : comment, expectedVersion);
}
