import type { Comment } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';

/** The number of searched comments of a task, the oldest first: it limits the words of its row. */
const maxSearched = 500;

const commentsOf = (task: string) =>
  `SELECT id, words FROM comment WHERE "tenantId" = $1 AND "taskId" = ${task} AND "deletedAt" IS NULL`;

const addWords = `UPDATE task SET "commentWords" = add_comment_words("commentWords", comment.words)
  FROM comment WHERE task."tenantId" = $1 AND task.id = $2 AND comment."tenantId" = $1 AND comment.id = $3
    AND (SELECT count(*) FROM (${commentsOf('$2')} LIMIT ${maxSearched + 1}) said) <= ${maxSearched}`;

/** Adds the words of a new comment to the searched words of its task, which is locked. */
export async function addCommentWords(
  tx: Change,
  { tenantId, taskId, id }: Pick<Comment, 'tenantId' | 'taskId' | 'id'>,
): Promise<void> {
  await tx.write('add-comment-words', addWords, [tenantId, taskId, id]);
}

/** As long as the words of a comment are not computed, none are removed from its task. */
const collectWords = `UPDATE task
  SET "commentWords" = CASE WHEN said.waits THEN add_comment_words(task."commentWords", said.words) ELSE said.words END
  FROM unnest($2::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
    SELECT all_comment_words(words ORDER BY id) AS words, bool_or(words IS NULL) AS waits
    FROM (${commentsOf('wanted.id')} ORDER BY id LIMIT ${maxSearched}) first
  ) said
  WHERE task."tenantId" = $1 AND task.id = wanted.id`;

/** Collects the searched words of locked tasks from the words of their comments: no text is read. */
export async function collectCommentWords(tx: Change, tenantId: string, tasks: readonly string[]): Promise<void> {
  if (tasks.length > 0) await tx.write('collect-comment-words', collectWords, [tenantId, tasks]);
}
