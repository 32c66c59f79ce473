import type { Viewer } from '../../auth/viewer.ts';
import type { EventTypeOf } from '../../events/contract.ts';
import { type Comment, Prisma } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import type { Locked } from '../records/undoable.ts';
import { maxSearchedComments, saveCommentWords } from '../tasks/store.ts';
import { seenTaskSql } from '../tasks/visibility.ts';

export type CommentEventType = EventTypeOf<'comment'>;

const columns = Object.keys(Prisma.CommentScalarFieldEnum) as (keyof Comment)[];
export const commentColumns = columns.map((column) => `comment."${column}"`).join(', ');

const insert = `INSERT INTO comment (${columns.map((column) => `"${column}"`).join(', ')})
  VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`;

const update = `UPDATE comment SET text = $3, version = $4, "editedAt" = $5, "deletedAt" = $6
  WHERE "tenantId" = $1 AND id = $2`;

const lock = `SELECT ${commentColumns}, ${seenTaskSql('$3')} AS "isSeen" FROM comment
  JOIN task ON task."tenantId" = comment."tenantId" AND task.id = comment."taskId"
  WHERE comment."tenantId" = $1 AND comment.id = ANY($2) ORDER BY task.id, comment.id FOR UPDATE OF task, comment`;

const selectTexts = `SELECT text FROM comment
  WHERE "tenantId" = $1 AND "taskId" = $2 AND "deletedAt" IS NULL ORDER BY id LIMIT ${maxSearchedComments}`;

/** Writes what is said about a locked task. */
export async function insertComment(tx: Change, comment: Comment): Promise<void> {
  await tx.query(
    'insert-comment',
    insert,
    columns.map((column) => comment[column]),
  );
  await keepWords(tx, comment);
  tx.record({ type: 'comment.created', objectId: comment.id, before: null, after: comment });
}

const insertAll = `INSERT INTO comment (${columns.map((column) => `"${column}"`).join(', ')})
  SELECT ${columns.map((column) => `"${column}"`).join(', ')} FROM jsonb_populate_recordset(NULL::comment, $1)`;

/** Writes the comments that new tasks are made with, in one statement. Their words came with the tasks. */
export async function insertComments(tx: Change, comments: readonly Comment[]): Promise<void> {
  if (comments.length === 0) return;
  await tx.query('insert-comments', insertAll, [JSON.stringify(comments)]);
  for (const comment of comments)
    tx.record({ type: 'comment.created', objectId: comment.id, before: null, after: comment });
}

/**
 * Locks a comment on a task the viewer sees, also one that was deleted, and its task before it: what is written to
 * a task's comments goes one by one. @throws AppError `NOT_FOUND`.
 */
export async function lockComment(tx: Change, viewer: Viewer, id: string): Promise<Comment> {
  const [comment] = await lockWhoever(tx, viewer, [id]);
  if (!comment?.isSeen) throw notFound('The comment');
  return comment.row;
}

/** The same for several, whoever asks. */
export async function lockWhoever(
  tx: Change,
  { tenantId, userId }: Pick<Viewer, 'tenantId' | 'userId'>,
  ids: readonly string[],
): Promise<Locked<Comment>[]> {
  const rows = await tx.query<Comment & { isSeen: boolean }>('lock-comments', lock, [tenantId, ids, userId]);
  return rows.map(({ isSeen, ...row }) => ({ row, isSeen }));
}

type Changes = Partial<Pick<Comment, 'text' | 'editedAt' | 'deletedAt'>>;

/** Writes a locked comment's new state as its next version. @returns that state. */
export async function saveComment(
  tx: Change,
  before: Comment,
  { event, changes }: { event: CommentEventType; changes: Changes },
): Promise<Comment> {
  const after = recordComment(tx, before, { event, changes });
  await writeComment(tx, after);
  return after;
}

/** Records a new state of a locked comment, which is still to be written. */
export function recordComment(
  tx: Change,
  before: Comment,
  { event, changes }: { event: CommentEventType; changes: Changes },
): Comment {
  const after = { ...before, ...changes, version: before.version + 1 };
  tx.record({ type: event, objectId: after.id, before, after });
  return after;
}

/** Writes the new state of a locked comment. */
export async function writeComment(tx: Change, comment: Comment): Promise<void> {
  const { tenantId, id, text, version, editedAt, deletedAt } = comment;
  await tx.query('save-comment', update, [tenantId, id, text, version, editedAt, deletedAt]);
  await keepWords(tx, comment);
}

async function keepWords(tx: Change, { tenantId, taskId }: Comment): Promise<void> {
  const comments = await tx.query<{ text: string }>('comment-texts', selectTexts, [tenantId, taskId]);
  await saveCommentWords(
    tx,
    { tenantId, id: taskId },
    comments.map(({ text }) => text),
  );
}
