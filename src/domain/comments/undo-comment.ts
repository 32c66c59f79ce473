import type { Comment } from '../../generated/prisma/client.ts';
import type { Undoable } from '../records/undoable.ts';
import { type CommentEventType, lockWhoever, recordComment, writeComment } from './store.ts';

/** What undoing each event of a comment is recorded as. */
const inverses: Record<CommentEventType, CommentEventType> = {
  'comment.created': 'comment.deleted',
  'comment.updated': 'comment.updated',
  'comment.deleted': 'comment.restored',
  'comment.restored': 'comment.deleted',
};

/** How a change of a comment is taken back; one that was made is deleted. */
export const undoableComment: Undoable<Comment, CommentEventType> = {
  lock: (tx, { viewer }, ids) => lockWhoever(tx, viewer, ids),
  describe: () => 'A comment',
  restore: (tx, current, { event, before }) => {
    const changes = before
      ? { text: before.text, editedAt: before.editedAt, deletedAt: before.deletedAt }
      : { deletedAt: tx.now };
    return recordComment(tx, current, { event: inverses[event], changes });
  },
  save: async (tx, _, restored) => {
    for (const { after } of restored) await writeComment(tx, after);
  },
};
