import type { CommentStreamItem } from '../../domain/comments/watch-comments.ts';
import type { Comment as CommentRow } from '../../generated/prisma/client.ts';
import * as comments from '../../resolvers/tasks/comments.ts';
import { builder } from '../builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from '../change.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from '../stream.ts';
import { Comment } from './comment-types.ts';
import { TaskLeft } from './task-stream.ts';

const CreateCommentInput = builder.inputType('CreateCommentInput', {
  description: 'The fields of a new comment.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'The id of the task that the comment is about.' }),
    text: t.string({ required: true, description: 'The text, in Markdown, 1 to 10,000 characters.' }),
  }),
});

const UpdateCommentInput = builder.inputType('UpdateCommentInput', {
  description: 'The changes to a comment of yours.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of the comment.' }),
    expectedVersion: t.int({
      description:
        'The version that the comment must have. If it has another version, nothing is changed and the operation fails with PRECONDITION_FAILED.',
    }),
    text: t.string({ required: true, description: 'The new text, in Markdown, 1 to 10,000 characters.' }),
  }),
});

function commentPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; comment: CommentRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({ comment: t.expose('comment', { type: Comment, description: 'The comment after the change.' }) }),
  });
}

const DeleteCommentPayload = builder
  .objectRef<{ changeId: string; commentId: string }>('DeleteCommentPayload')
  .implement({
    description: 'The result of deleteComment.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      commentId: t.exposeID('commentId', {
        description: 'The id of the deleted comment. `undo` restores the comment.',
      }),
    }),
  });

builder.mutationFields((t) => ({
  createComment: t.field({
    type: commentPayload('CreateCommentPayload', 'The result of createComment.'),
    description: 'Adds a comment to a task.',
    args: {
      input: t.arg({ type: CreateCommentInput, required: true, description: 'The comment to create.' }),
      ...idempotencyKey,
    },
    resolve: comments.createComment,
  }),
  updateComment: t.field({
    type: commentPayload('UpdateCommentPayload', 'The result of updateComment.'),
    description: 'Updates the text of a comment of yours.',
    args: {
      input: t.arg({ type: UpdateCommentInput, required: true, description: 'The changes to the comment.' }),
      ...idempotencyKey,
    },
    resolve: comments.updateComment,
  }),
  deleteComment: t.field({
    type: DeleteCommentPayload,
    description: 'Deletes a comment. For the comment of another user, the permission comment:moderate is required.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the comment.' }),
      ...expectedVersion,
      ...idempotencyKey,
    },
    resolve: comments.deleteComment,
  }),
}));

type Delivered<K> = Extract<CommentStreamItem, { kind: K }>;

const CommentChangeKind = builder.enumType('CommentChangeKind', {
  description: 'The kind of a change to a comment.',
  values: {
    CREATED: { value: 'comment.created', description: 'The comment was written.' },
    UPDATED: { value: 'comment.updated', description: 'The text was changed.' },
    DELETED: { value: 'comment.deleted', description: 'The comment was deleted.' },
    RESTORED: { value: 'comment.restored', description: 'The deletion of the comment was undone.' },
  } as const,
});

const CommentChanged = builder.objectRef<Delivered<'CHANGED'>>('CommentChanged').implement({
  description: 'A comment on the task was written, changed, deleted or restored.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({
      type: CommentChangeKind,
      description: 'What happened to the comment.',
      resolve: ({ event }) => event.type,
    }),
    commentId: t.id({ description: 'The id of the comment.', resolve: comments.changedId }),
    comment: t.field({
      type: Comment,
      nullable: true,
      description: 'The comment immediately after this change. Null if it was deleted.',
      resolve: comments.changedComment,
    }),
    changeId: t.id({
      description: 'The id of the change. The events of one mutation have the same id.',
      resolve: ({ event }) => event.changeId,
    }),
  }),
});

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  CHANGED: 'CommentChanged',
  LEFT: 'TaskLeft',
} as const satisfies Record<CommentStreamItem['kind'], string>;

builder.subscriptionField('commentChanged', (t) =>
  t.field({
    type: builder.unionType('CommentChangedPayload', {
      description: 'A payload of the subscription `commentChanged`.',
      types: [StreamReady, StreamCheckpoint, StreamResync, CommentChanged, TaskLeft],
      resolveType: (item) => typenames[item.kind],
    }),
    description:
      'Changes of the comments on a task. If you can no longer see the task, the subscription ends after a `TaskLeft` payload.',
    args: { taskId: t.arg.id({ required: true, description: 'The id of the task.' }), ...afterCursor },
    subscribe: comments.commentChanged,
    resolve: (item) => item,
  }),
);
