import * as comments from '../resolvers/comments.ts';
import { builder } from './builder.ts';
import { Task } from './task-types.ts';
import { User } from './users.ts';

export const Comment = builder.prismaNode('Comment', {
  description: 'What a member says about a task. It is seen by those who see the task, and notifies nobody.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => comments.findComment(id, context),
  fields: (t) => ({
    task: t.field({ type: Task, description: 'What it is about.', resolve: comments.task }),
    author: t.field({ type: User, description: 'Who said it.', resolve: comments.author }),
    text: t.exposeString('text', { description: 'What is said, in Markdown, 1 to 10,000 characters.' }),
    version: t.exposeInt('version', { description: 'Rises with every change; see expectedVersion.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was said.' }),
    editedAt: t.expose('editedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its text was last changed.',
    }),
  }),
});

builder.prismaObjectField(Task, 'comments', (t) =>
  t.connection(
    {
      type: Comment,
      description: 'What is said about it, the oldest first. Pages of 50, at most 200.',
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: comments.comments,
    },
    { name: 'CommentConnection', description: 'A page of comments.' },
    { name: 'CommentEdge', description: 'A comment in a page.' },
  ),
);
