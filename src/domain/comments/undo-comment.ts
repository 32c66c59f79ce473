import type { EventTypeOf } from '../../events/contract.ts';
import type { Comment } from '../../generated/prisma/client.ts';
import { lockRecords } from '../records/lock-records.ts';
import { recordNext, writeRecords } from '../records/save-records.ts';
import type { Undoable } from '../records/undoable.ts';
import { commentRecords } from './store.ts';

type CommentEventType = EventTypeOf<'comment'>;

/** The event that undoes each event of a comment. */
const inverses: Record<CommentEventType, CommentEventType> = {
  'comment.created': 'comment.deleted',
  'comment.updated': 'comment.updated',
  'comment.deleted': 'comment.restored',
  'comment.restored': 'comment.deleted',
};

/** How changes of comments are undone; a created comment is deleted. */
export const undoableComment: Undoable<Comment, CommentEventType> = {
  lock: (tx, { viewer }, ids) => lockRecords(tx, commentRecords, viewer, ids),
  describe: () => 'A comment',
  restore: (tx, current, { event, before }) => {
    const changes = before
      ? { text: before.text, editedAt: before.editedAt, deletedAt: before.deletedAt }
      : { deletedAt: tx.now };
    return recordNext(tx, commentRecords, { before: current, event: inverses[event], changes });
  },
  save: (tx, _, restored) => writeRecords(tx, commentRecords, restored),
};
