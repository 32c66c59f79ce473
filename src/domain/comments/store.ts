import { type Comment, Prisma } from '../../generated/prisma/client.ts';
import { erasedText } from '../records/erasure-rule.ts';
import { defineRecords } from '../records/record-kind.ts';
import { collectCommentWords } from '../tasks/comment-words.ts';
import { taskSight } from '../tasks/visibility.ts';
import { wordsOfComment } from '../tasks/words.ts';

/**
 * Comments, including deleted ones, with their searched words. Their task is locked with them, so that writes to its
 * comments are serialized.
 */
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
  unread: {
    fields: ['words'],
    of: (after, before) => ({ words: wordsAfter(after, before) }),
  },
  afterSave: async (tx, changed) => {
    const [first] = changed;
    const tasks = new Set(changed.map(({ after }) => after.taskId));
    if (first) await collectCommentWords(tx, first.after.tenantId, [...tasks]);
  },
});

/** A deleted comment has no words, and one that is restored gets them back. */
function wordsAfter(after: Comment, before: Comment | null): string | null {
  if (after.deletedAt) return '';
  return before?.text === after.text && !before.deletedAt ? null : wordsOfComment(after.text);
}
