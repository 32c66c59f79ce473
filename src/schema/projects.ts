import * as projects from '../resolvers/projects.ts';
import { builder } from './builder.ts';
import { Project } from './project-types.ts';

builder.queryFields((t) => ({
  project: t.field({
    type: Project,
    description: 'A project you see, also an archived one.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: projects.project,
  }),
}));
