import type { ProjectStreamItem } from '../../domain/projects/watch-projects.ts';
import * as projects from '../../resolvers/projects/projects.ts';
import { builder } from '../builder.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from '../stream.ts';
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

const ProjectChanged = builder.objectRef<Delivered<'CHANGED'>>('ProjectChanged').implement({
  description: 'A project that you can see was changed, or you gained access to it.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({
      type: ProjectChangeKind,
      description: 'What happened to the project.',
      resolve: ({ event }) => event.type,
    }),
    project: t.expose('project', { type: Project, description: 'The project immediately after this change.' }),
    changeId: t.id({
      description: 'The id of the change. The events of one mutation have the same id.',
      resolve: ({ event }) => event.changeId,
    }),
    requestId: t.string({
      description: 'The id of the request that made the change.',
      resolve: ({ event }) => event.requestId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When the change was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const ProjectLeft = builder.objectRef<Delivered<'LEFT'>>('ProjectLeft').implement({
  description: 'You can no longer see a project, or it was deleted.',
  interfaces: [StreamPayload],
  fields: (t) => ({ projectId: t.id({ description: 'The id of the project.', resolve: projects.leftProjectId }) }),
});

const typenames = {
  READY: 'StreamReady',
  CHECKPOINT: 'StreamCheckpoint',
  RESYNC: 'StreamResync',
  CHANGED: 'ProjectChanged',
  LEFT: 'ProjectLeft',
} as const satisfies Record<ProjectStreamItem['kind'], string>;

builder.subscriptionField('projectChanged', (t) =>
  t.field({
    type: builder.unionType('ProjectChangedPayload', {
      description: 'A payload of the subscription `projectChanged`.',
      types: [StreamReady, StreamCheckpoint, StreamResync, ProjectChanged, ProjectLeft],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'Changes of the projects that you can see.',
    args: { ...afterCursor },
    subscribe: projects.projectChanged,
    resolve: (item) => item,
  }),
);
