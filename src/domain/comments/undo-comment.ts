import type { Comment } from '../../generated/prisma/client.ts';
import type { UndoRule } from '../records/undo-rule.ts';

/** How changes of comments are undone; a created comment is deleted. */
export const undoComment: UndoRule<'comment', Comment> = {
  inverses: {
    'comment.created': 'comment.deleted',
    'comment.updated': 'comment.updated',
    'comment.deleted': 'comment.restored',
    'comment.restored': 'comment.deleted',
  },
  // Only a moderator can have deleted the comment of another user.
  requires: ({ authorId }, { userId }) => (authorId === userId ? ['task:write'] : ['task:write', 'comment:moderate']),
  describe: () => 'A comment',
  restore: (_, { before }, now) =>
    before ? { text: before.text, editedAt: before.editedAt, deletedAt: before.deletedAt } : { deletedAt: now },
};
