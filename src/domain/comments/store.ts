import type { Viewer } from '../../auth/viewer.ts';
import type { EventType } from '../../events/contract.ts';
import { type Comment, Prisma } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { Change } from '../change.ts';
import { saveCommentWords } from '../tasks/store.ts';
import { seenTaskSql } from '../tasks/visibility.ts';

export type CommentEventType = Extract<EventType, `comment.${string}`>;

const columns = Object.keys(Prisma.CommentScalarFieldEnum) as (keyof Comment)[];
export const commentColumns = columns.map((column) => `comment."${column}"`).join(', ');

const insert = `INSERT INTO comment (${columns.map((column) => `"${column}"`).join(', ')})
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`;

const update = `UPDATE comment SET text = $3, version = $4, "editedAt" = $5, "deletedAt" = $6
  WHERE "tenantId" = $1 AND id = $2`;

const lock = `SELECT ${commentColumns} FROM comment
  JOIN task ON task."tenantId" = comment."tenantId" AND task.id = comment."taskId" AND ${seenTaskSql('$3')}
  WHERE comment."tenantId" = $1 AND comment.id = $2 FOR UPDATE OF task, comment`;

/** So many are searched: every change of a comment reads them. */
const searched = 500;
const selectTexts = `SELECT text FROM comment
  WHERE "tenantId" = $1 AND "taskId" = $2 AND "deletedAt" IS NULL ORDER BY id LIMIT ${searched}`;

/** Writes what is said about a locked task. */
export async function insertComment(tx: Change, comment: Comment): Promise<void> {
  await tx.query(
    'insert-comment',
    insert,
    columns.map((column) => comment[column]),
  );
  await record(tx, 'comment.created', null, comment);
}

/**
 * Locks a comment on a task the viewer sees, also one that was deleted, and its task before it: what is written to
 * a task's comments goes one by one. @throws AppError `NOT_FOUND`.
 */
export async function lockComment(tx: Change, viewer: Viewer, id: string): Promise<Comment> {
  const [comment] = await tx.query<Comment>('lock-comment', lock, [viewer.tenantId, id, viewer.userId]);
  if (!comment) throw notFound('The comment');
  return comment;
}

type Changes = Partial<Pick<Comment, 'text' | 'editedAt' | 'deletedAt'>>;

/** Writes a locked comment's new state as its next version. @returns that state. */
export async function saveComment(
  tx: Change,
  before: Comment,
  { event, changes }: { event: CommentEventType; changes: Changes },
): Promise<Comment> {
  const after = { ...before, ...changes, version: before.version + 1 };
  const { tenantId, id, text, version, editedAt, deletedAt } = after;
  await tx.query('save-comment', update, [tenantId, id, text, version, editedAt, deletedAt]);
  await record(tx, event, before, after);
  return after;
}

async function record(tx: Change, type: CommentEventType, before: Comment | null, after: Comment): Promise<void> {
  const { tenantId, taskId } = after;
  const comments = await tx.query<{ text: string }>('comment-texts', selectTexts, [tenantId, taskId]);
  await saveCommentWords(
    tx,
    { tenantId, id: taskId },
    comments.map(({ text }) => text),
  );
  tx.record({ type, objectId: after.id, before, after });
}
