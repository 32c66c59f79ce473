import type { ProjectStreamItem } from '../domain/projects/watch-projects.ts';
import * as projects from '../resolvers/projects.ts';
import { builder } from './builder.ts';
import { Project } from './project-types.ts';
import { afterCursor, StreamCheckpoint, StreamPayload, StreamReady, StreamResync } from './stream.ts';

type Delivered<K> = Extract<ProjectStreamItem, { kind: K }>;

const ProjectChangeKind = builder.enumType('ProjectChangeKind', {
  description: 'What happened to a project.',
  values: {
    CREATED: { value: 'project.created', description: 'It was made.' },
    UPDATED: { value: 'project.updated', description: 'Its fields were changed.' },
    ARCHIVED: { value: 'project.archived', description: 'It takes no more tasks.' },
    RESTORED: { value: 'project.restored', description: 'It takes tasks again.' },
    MEMBER_ADDED: { value: 'project.memberAdded', description: 'It has a member more.' },
    MEMBER_REMOVED: { value: 'project.memberRemoved', description: 'It has a member less.' },
  } as const,
});

const ProjectChanged = builder.objectRef<Delivered<'CHANGED'>>('ProjectChanged').implement({
  description: 'A project that you see was changed, or you came to see it.',
  interfaces: [StreamPayload],
  fields: (t) => ({
    kind: t.field({ type: ProjectChangeKind, description: 'What happened.', resolve: ({ event }) => event.type }),
    project: t.expose('project', { type: Project, description: 'The project right after this change.' }),
    changeId: t.id({ description: 'The change.', resolve: ({ event }) => event.changeId }),
    requestId: t.string({ description: 'The request that made it.', resolve: ({ event }) => event.requestId }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: ({ event }) => event.occurredAt,
    }),
  }),
});

const ProjectLeft = builder.objectRef<Delivered<'LEFT'>>('ProjectLeft').implement({
  description: 'You see a project no longer, or it was deleted.',
  interfaces: [StreamPayload],
  fields: (t) => ({ projectId: t.id({ description: 'The project.', resolve: projects.leftProjectId }) }),
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
      description: 'What a subscriber to projects gets.',
      types: [StreamReady, StreamCheckpoint, StreamResync, ProjectChanged, ProjectLeft],
      resolveType: (item) => typenames[item.kind],
    }),
    description: 'Every change of the projects that you see.',
    args: { ...afterCursor },
    subscribe: projects.projectChanged,
    resolve: (item) => item,
  }),
);
