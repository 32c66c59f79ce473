import type { ProjectStreamItem } from '../../domain/projects/watch-projects.ts';
import { watchProjects } from '../../domain/projects/watch-projects.ts';
import { builder } from '../builder.ts';
import { addSubscription, changeFields, streamPayload } from '../stream.ts';
import { Project } from './project-types.ts';

type Delivered<K> = Extract<ProjectStreamItem, { kind: K }>;

const ProjectChangeKind = builder.enumType('ProjectChangeKind', {
  description: 'The kind of a change to a project.',
  values: {
    CREATED: { value: 'project.created', description: 'The project was created.' },
    UPDATED: { value: 'project.updated', description: 'Fields of the project were changed.' },
    ARCHIVED: { value: 'project.archived', description: 'The project was archived.' },
    RESTORED: { value: 'project.restored', description: 'The project was restored from the archive.' },
    MEMBER_ADDED: { value: 'project.memberAdded', description: 'A member was added to the project.' },
    MEMBER_REMOVED: { value: 'project.memberRemoved', description: 'A member was removed from the project.' },
  } as const,
});

const ProjectChanged = streamPayload<Delivered<'CHANGED'>>('ProjectChanged', {
  description: 'A project that you can see was changed, or you gained access to it.',
  fields: (t) => ({
    kind: t.field({
      type: ProjectChangeKind,
      description: 'What happened to the project.',
      resolve: ({ event }) => event.type,
    }),
    project: t.expose('project', { type: Project, description: 'The project immediately after this change.' }),
    ...changeFields(t),
    requestId: t.string({
      description: 'The id of the request that made the change.',
      resolve: ({ event }) => event.requestId,
    }),
  }),
});

const ProjectLeft = streamPayload<Delivered<'LEFT'>>('ProjectLeft', {
  description: 'You can no longer see a project, or it was deleted.',
  fields: (t) => ({
    projectId: t.globalID({
      description: 'The id of the project.',
      resolve: ({ event }) => ({ type: 'Project', id: event.objectId }),
    }),
  }),
});

addSubscription('projectChanged', {
  permission: 'task:read',
  description: 'Changes of the projects that you can see.',
  payloads: { CHANGED: ProjectChanged, LEFT: ProjectLeft },
  watch: watchProjects,
});
