import { type Comment, Prisma } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { erasedText } from '../records/erasure-rule.ts';
import { defineRecords } from '../records/record-kind.ts';
import { maxSearchedComments, saveCommentWords } from '../tasks/store.ts';
import { taskSight } from '../tasks/visibility.ts';

/** Comments, including deleted ones. Their task is locked with them, so that writes to its comments are serialized. */
export const commentRecords = defineRecords<'comment', Comment>({
  kind: 'comment',
  table: 'comment',
  noun: 'comment',
  fields: Prisma.CommentScalarFieldEnum,
  fixed: ['taskId', 'authorId', 'originalAuthor'],
  seen: taskSight.sql,
  erasure: {
    isTheirs: (payload) => `${payload}->>'authorId' = $2::text AND ${payload}->>'text' <> '${erasedText}'`,
    rows: 'LATER',
  },
  taskField: 'taskId',
  afterSave: async (tx, changed) => {
    const tasks = new Map(changed.map(({ after }) => [after.taskId, after]));
    for (const comment of tasks.values()) await keepWords(tx, comment);
  },
});

const selectTexts = `SELECT text FROM comment
  WHERE "tenantId" = $1 AND "taskId" = $2 AND "deletedAt" IS NULL ORDER BY id LIMIT ${maxSearchedComments}`;

/** Updates the searched words of the task after a comment was written. */
export async function keepWords(tx: Change, { tenantId, taskId }: Comment): Promise<void> {
  const comments = await tx.query<{ text: string }>('comment-texts', selectTexts, [tenantId, taskId]);
  const texts = comments.map(({ text }) => text);
  await saveCommentWords(tx, { tenantId, id: taskId }, texts);
}
