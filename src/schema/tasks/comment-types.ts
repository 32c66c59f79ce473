import { userIn } from '../../resolvers/call.ts';
import * as comments from '../../resolvers/tasks/comments.ts';
import { builder } from '../builder.ts';
import { pageCost, pageOf } from '../connection.ts';
import { User } from '../members/users.ts';
import { Task } from './task-types.ts';

export const Comment = builder.prismaNode('Comment', {
  permission: 'task:read',
  description: 'A comment on a task. Everybody who can see the task can see it. Nobody is notified of it.',
  id: { field: 'id', description: 'The global id of the comment.' },
  fields: (t) => ({
    task: t.field({ type: Task, description: 'The task that the comment is about.', resolve: comments.task }),
    author: t.field({ type: User, description: 'The user who wrote the comment.', resolve: userIn('authorId') }),
    originalAuthor: t.exposeString('originalAuthor', {
      nullable: true,
      description:
        'Who wrote a comment that was imported, usually an e-mail address, as the imported file says. It is not verified: `author` is the user who imported the comment. Null for a comment that was written here, or by that user.',
    }),
    text: t.exposeString('text', { description: 'The text, in Markdown, 1 to 10,000 characters.' }),
    version: t.exposeInt('version', {
      description:
        'The version of the comment, which increases with every change. Pass it as `expectedVersion` to avoid overwriting the changes of others.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the comment was written.' }),
    editedAt: t.expose('editedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the text was last changed. Null if it never was.',
    }),
  }),
});

builder.prismaObjectField(Task, 'comments', (t) =>
  t.connection(
    {
      type: Comment,
      description: 'The comments on the task, the oldest first. A page has 50 comments by default and at most 200.',
      complexity: pageCost,
      resolve: comments.comments,
    },
    ...pageOf('Comment', 'comments'),
  ),
);
