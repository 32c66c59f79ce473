import type { CommentStreamItem } from '../domain/comments/watch-comments.ts';
import type { Comment as CommentRow } from '../generated/prisma/client.ts';
import * as comments from '../resolvers/comments.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import { Comment } from './comment-types.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';
import { TaskLeft } from './task-stream.ts';

const CreateCommentInput = builder.inputType('CreateCommentInput', {
  description: 'A comment to be made.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'The task it is about.' }),
    text: t.string({ required: true, description: 'What is said, in Markdown, 1 to 10,000 characters.' }),
  }),
});

const UpdateCommentInput = builder.inputType('UpdateCommentInput', {
  description: 'Other words for a comment of yours.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The comment.' }),
    expectedVersion: t.int({ description: 'Refuse with PRECONDITION_FAILED unless it is at this version.' }),
    text: t.string({ required: true, description: 'What is said instead.' }),
  }),
});

function commentPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; comment: CommentRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({ comment: t.expose('comment', { type: Comment, description: 'The comment.' }) }),
  });
}

const DeleteCommentPayload = builder
  .objectRef<{ changeId: string; commentId: string }>('DeleteCommentPayload')
  .implement({
    description: 'The comment that was deleted.',
    interfaces: [ChangePayload],
    fields: (t) => ({ commentId: t.exposeID('commentId', { description: 'The comment. undo brings it back.' }) }),
  });

builder.mutationFields((t) => ({
  createComment: t.field({
    type: commentPayload('CreateCommentPayload', 'The comment that was made.'),
    description: 'Says something about a task.',
    args: {
      input: t.arg({ type: CreateCommentInput, required: true, description: 'The comment.' }),
      ...idempotencyKey,
    },
    resolve: comments.createComment,
  }),
  updateComment: t.field({
    type: commentPayload('UpdateCommentPayload', 'The comment that was changed.'),
    description: 'Changes the words of a comment of yours.',
    args: {
      input: t.arg({ type: UpdateCommentInput, required: true, description: 'The change.' }),
      ...idempotencyKey,
    },
    resolve: comments.updateComment,
  }),
  deleteComment: t.field({
    type: DeleteCommentPayload,
    description: 'Takes back a comment of yours; that of somebody else needs comment:moderate.',
    args: {
      id: t.arg.id({ required: true, description: 'The comment.' }),
      ...expectedVersion,
      ...idempotencyKey,
    },
    resolve: comments.deleteComment,
  }),
}));

type Delivered<K> = Extract<CommentStreamItem, { kind: K }>;

const CommentChangeKind = builder.enumType('CommentChangeKind', {
  description: 'What happened to a comment.',
  values: {
    CREATED: { value: 'comment.created', description: 'It was made.' },
    UPDATED: { value: 'comment.updated', description: 'Its text was changed.' },
    DELETED: { value: 'comment.deleted', description: 'It was deleted.' },
    RESTORED: { value: 'comment.restored', description: 'Its deletion was undone.' },
  } as const,
});

const CommentChanged = builder.objectRef<Delivered<'CHANGED'>>('CommentChanged').implement({
  description: 'A comment on the task was changed.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({ type: CommentChangeKind, description: 'What happened.', resolve: ({ event }) => event.type }),
    commentId: t.id({ description: 'The comment.', resolve: comments.changedId }),
    comment: t.field({
      type: Comment,
      nullable: true,
      description: 'The comment right after this change; null when it was deleted.',
      resolve: comments.changedComment,
    }),
    changeId: t.id({ description: 'The change.', resolve: ({ event }) => event.changeId }),
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
      description: 'What a subscriber to the comments on a task gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, CommentChanged, TaskLeft],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'What is said about a task. It ends with TaskLeft when you see the task no longer.',
    args: { taskId: t.arg.id({ required: true, description: 'The task.' }), ...afterCursor },
    subscribe: comments.commentChanged,
    resolve: (item) => item,
  }),
);
