import type { Task as TaskRow } from '../../generated/prisma/client.ts';
import { userIn } from '../../resolvers/call.ts';
import * as projects from '../../resolvers/projects/projects.ts';
import { builder } from '../builder.ts';
import { User } from '../members/users.ts';
import { Recurrence } from '../recurrences/recurrence-types.ts';
import { reads } from '../selected-columns.ts';
import { Task } from '../tasks/task-types.ts';

export const Project = builder.prismaNode('Project', {
  permission: 'task:read',
  description:
    'A project: a group of tasks. All members of the tenant can see it and its tasks, unless it is private; then only the members of the project can.',
  id: { field: 'id', description: 'The global id of the project.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name, 1 to 100 characters.' }),
    color: t.exposeString('color', { description: 'The color, as `#rrggbb`.' }),
    isPrivate: t.exposeBoolean('isPrivate', {
      description: 'Whether only its members can see the project and its tasks.',
    }),
    position: t.exposeFloat('position', {
      description: 'The position in the list of projects. The project with the lowest position comes first.',
    }),
    creator: t.field({ type: User, description: 'The user who created the project.', resolve: userIn('creatorId') }),
    members: t.field({
      type: [User],
      description:
        'The members of the project, at most 200. Membership only matters while the project is private. Empty if you can no longer see the project.',
      complexity: { field: 1, multiplier: 10 },
      resolve: projects.members,
    }),
    version: t.exposeInt('version', {
      description:
        'The version of the project, which increases with every change. Pass it as `expectedVersion` to avoid overwriting the changes of others.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the project was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the project was last changed.' }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the project was archived. Null if it is not archived. No tasks can be added to an archived project.',
    }),
  }),
});

builder.prismaObjectField(Task, 'project', (t) =>
  t.field({
    type: Project,
    nullable: true,
    description: 'The project that the task belongs to. Null if it belongs to none or you cannot see the project.',
    ...reads<TaskRow>('projectId'),
    resolve: projects.projectOfTask,
  }),
);

builder.prismaObjectField(Recurrence, 'project', (t) =>
  t.field({
    type: Project,
    nullable: true,
    description: 'The project of further occurrences. Null if there is none or you cannot see it.',
    resolve: projects.projectOfTask,
  }),
);
