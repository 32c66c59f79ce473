import * as projects from '../resolvers/projects.ts';
import { builder } from './builder.ts';
import { Recurrence } from './recurrence-types.ts';
import { Task } from './task-types.ts';
import { User } from './users.ts';

export const Project = builder.prismaNode('Project', {
  description: 'What tasks are put together in. The whole tenant sees it and its tasks; of a private one, its members.',
  id: { field: 'id', description: 'Its id.' },
  findUnique: (id, context) => projects.findProject(id, context),
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, 1 to 100 characters.' }),
    color: t.exposeString('color', { description: 'Its colour, as #rrggbb.' }),
    isPrivate: t.exposeBoolean('isPrivate', { description: 'Whether its members alone see it and its tasks.' }),
    position: t.exposeFloat('position', { description: 'Where it stands among the projects; the smallest is first.' }),
    creator: t.field({ type: User, description: 'Who made it.', resolve: projects.creator }),
    members: t.field({
      type: [User],
      description: 'Its members, at most 200; none for who sees it no longer. They matter while it is private.',
      complexity: { field: 1, multiplier: 10 },
      resolve: projects.members,
    }),
    version: t.exposeInt('version', { description: 'Rises with every change; see expectedVersion.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was archived: it takes no more tasks until it is restored.',
    }),
  }),
});

builder.prismaObjectField(Task, 'project', (t) =>
  t.field({
    type: Project,
    nullable: true,
    description: 'The project it belongs to; null for who does not see it.',
    resolve: projects.projectOfTask,
  }),
);

builder.prismaObjectField(Recurrence, 'project', (t) =>
  t.field({
    type: Project,
    nullable: true,
    description: 'The project of further occurrences.',
    resolve: projects.projectOfTask,
  }),
);
