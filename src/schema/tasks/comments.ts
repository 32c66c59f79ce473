import type { CommentStreamItem } from '../../domain/comments/watch-comments.ts';
import { watchComments } from '../../domain/comments/watch-comments.ts';
import * as write from '../../domain/comments/write-comment.ts';
import { call } from '../../resolvers/call.ts';
import * as comments from '../../resolvers/tasks/comments.ts';
import { builder } from '../builder.ts';
import { expectedVersion, idempotencyKey, type Parts, payload, versionOf } from '../change.ts';
import { addSubscription, changeFields, streamPayload } from '../stream.ts';
import { Comment } from './comment-types.ts';
import { TaskLeft } from './task-stream.ts';
import { Task } from './task-types.ts';

const CreateCommentInput = builder.inputType('CreateCommentInput', {
  description: 'The fields of a new comment.',
  fields: (t) => ({
    taskId: t.id({ for: Task, required: true, description: 'The id of the task that the comment is about.' }),
    text: t.string({
      required: true,
      maxLength: write.commentLength,
      description: 'The text, in Markdown, 1 to 10,000 characters.',
    }),
  }),
});

const UpdateCommentInput = builder.inputType('UpdateCommentInput', {
  description: 'The changes to a comment of yours.',
  fields: (t) => ({
    id: t.id({ for: Comment, required: true, description: 'The id of the comment.' }),
    ...versionOf(t, 'comment'),
    text: t.string({
      required: true,
      maxLength: write.commentLength,
      description: 'The new text, in Markdown, 1 to 10,000 characters.',
    }),
  }),
});

const changedComment = { comment: { type: Comment, description: 'The comment after the change.' } };

const DeleteCommentPayload = payload<Parts, { comment: { id: string } }>(
  'deleteComment',
  {},
  {
    fields: (t) => ({
      commentId: t.globalID({
        description: 'The id of the deleted comment. `undo` restores the comment.',
        resolve: ({ comment }) => ({ type: 'Comment', id: comment.id }),
      }),
    }),
  },
);

builder.mutationFields((t) => ({
  createComment: t.field({
    permission: 'task:write',
    type: payload('createComment', changedComment),
    description: 'Adds a comment to a task.',
    args: {
      input: t.arg({ type: CreateCommentInput, required: true, description: 'The comment to create.' }),
      ...idempotencyKey,
    },
    resolve: call(write.createComment),
  }),
  updateComment: t.field({
    permission: 'task:write',
    type: payload('updateComment', changedComment),
    description: 'Updates the text of a comment of yours.',
    args: {
      input: t.arg({ type: UpdateCommentInput, required: true, description: 'The changes to the comment.' }),
      ...idempotencyKey,
    },
    resolve: call(write.updateComment),
  }),
  deleteComment: t.field({
    permission: 'task:write',
    type: DeleteCommentPayload,
    description: 'Deletes a comment. For the comment of another user, the permission comment:moderate is required.',
    args: {
      id: t.arg.id({ for: Comment, required: true, description: 'The id of the comment.' }),
      ...expectedVersion,
      ...idempotencyKey,
    },
    resolve: call(write.deleteComment),
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

const CommentChanged = streamPayload<Delivered<'CHANGED'>>('CommentChanged', {
  description: 'A comment on the task was written, changed, deleted or restored.',
  fields: (t) => ({
    kind: t.field({
      type: CommentChangeKind,
      description: 'What happened to the comment.',
      resolve: ({ event }) => event.type,
    }),
    commentId: t.globalID({
      description: 'The id of the comment.',
      resolve: ({ event }) => ({ type: 'Comment', id: event.objectId }),
    }),
    comment: t.field({
      type: Comment,
      nullable: true,
      description: 'The comment immediately after this change. Null if it was deleted.',
      resolve: comments.changedComment,
    }),
    changeId: changeFields(t).changeId,
  }),
});

addSubscription('commentChanged', {
  permission: 'task:read',
  description:
    'Changes of the comments on a task. If you can no longer see the task, the subscription ends after a `TaskLeft` payload.',
  args: builder.args((t) => ({ taskId: t.id({ for: Task, required: true, description: 'The id of the task.' }) })),
  payloads: { CHANGED: CommentChanged, LEFT: TaskLeft },
  watch: watchComments,
});
