import type { Project as ProjectRow } from '../generated/prisma/client.ts';
import * as projects from '../resolvers/projects.ts';
import { builder } from './builder.ts';
import { ChangePayload, expectedVersion, idempotencyKey } from './change.ts';
import { Project } from './project-types.ts';

builder.queryFields((t) => ({
  project: t.field({
    type: Project,
    nullable: true,
    description: 'The project with this id, also an archived one. Null, with an error, when you see no such project.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: projects.project,
  }),
  projects: t.connection(
    {
      type: Project,
      description: 'The projects you see, in their order. Pages of 50, at most 200.',
      args: {
        includeArchived: t.arg.boolean({ description: 'Archived ones too; they are left out unless asked for.' }),
      },
      complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
      resolve: projects.projects,
    },
    { name: 'ProjectConnection', description: 'A page of projects.' },
    { name: 'ProjectEdge', description: 'A project in a page.' },
  ),
}));

const CreateProjectInput = builder.inputType('CreateProjectInput', {
  description: 'A project to be made.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name, 1 to 100 characters.' }),
    color: t.string({ description: 'Its colour, as #rrggbb; grey unless given.' }),
    isPrivate: t.boolean({
      description: 'Whether its members alone see it; they do not unless given. You are the first.',
    }),
  }),
});

const UpdateProjectInput = builder.inputType('UpdateProjectInput', {
  description: 'Changes to a project: an omitted field stays. Only the colour can be cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The project.' }),
    expectedVersion: t.int({ description: 'Refuse with PRECONDITION_FAILED unless it is at this version.' }),
    name: t.string({ description: 'Its name.' }),
    color: t.string({ description: 'Its colour, as #rrggbb; cleared, it is grey.' }),
    isPrivate: t.boolean({
      description: 'Whether its members alone see it; you become one. For who made it, or has project:manage.',
    }),
    position: t.float({
      description: 'Where it stands: the smallest is first. To put it between two others, give the mean of theirs.',
    }),
  }),
});

function projectPayload(name: string, description: string) {
  return builder.objectRef<{ changeId: string; project: ProjectRow }>(name).implement({
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({ project: t.expose('project', { type: Project, description: 'The project after the change.' }) }),
  });
}

const DeleteProjectPayload = builder.objectRef<{ changeId: string; id: string }>('DeleteProjectPayload').implement({
  description: 'The project that was deleted.',
  interfaces: [ChangePayload],
  fields: (t) => ({ projectId: t.id({ description: 'The id it had.', resolve: projects.deletedProjectId }) }),
});

builder.mutationFields((t) => {
  const target = {
    id: t.arg.id({ required: true, description: 'The project.' }),
    ...expectedVersion,
    ...idempotencyKey,
  };
  const member = {
    projectId: t.arg.id({ required: true, description: 'The project.' }),
    userId: t.arg.id({ required: true, description: 'The user, a member of this tenant.' }),
    ...idempotencyKey,
  };
  return {
    createProject: t.field({
      type: projectPayload('CreateProjectPayload', 'The project that was made.'),
      description: 'Makes a project, behind all others. CONFLICT when there are 1,000.',
      args: {
        input: t.arg({ type: CreateProjectInput, required: true, description: 'The project.' }),
        ...idempotencyKey,
      },
      resolve: projects.createProject,
    }),
    updateProject: t.field({
      type: projectPayload('UpdateProjectPayload', 'The project that was changed.'),
      description: 'Changes what is given of a project.',
      args: {
        input: t.arg({ type: UpdateProjectInput, required: true, description: 'The changes.' }),
        ...idempotencyKey,
      },
      resolve: projects.updateProject,
    }),
    archiveProject: t.field({
      type: projectPayload('ArchiveProjectPayload', 'The project that was archived.'),
      description: 'Has a project take no more tasks; those in it stay, and its series go on.',
      args: target,
      resolve: projects.archiveProject,
    }),
    restoreProject: t.field({
      type: projectPayload('RestoreProjectPayload', 'The project that takes tasks again.'),
      description: 'Takes a project out of the archive.',
      args: target,
      resolve: projects.restoreProject,
    }),
    deleteProject: t.field({
      type: DeleteProjectPayload,
      description:
        'Removes an empty project for good: CONFLICT when tasks or series are in it, also in the trash. For who made it, or has project:manage. It cannot be undone.',
      args: target,
      resolve: projects.deleteProject,
    }),
    addProjectMember: t.field({
      type: projectPayload('AddProjectMemberPayload', 'The project that has a member more.'),
      description: 'Makes a user a member of a project, at most 200. For who made it, or has project:manage.',
      args: member,
      resolve: projects.addProjectMember,
    }),
    removeProjectMember: t.field({
      type: projectPayload('RemoveProjectMemberPayload', 'The project that has a member less.'),
      description:
        'Ends a membership of a project; of a private one the user sees nothing any more, at once. For who made it, or has project:manage; everybody may leave. CONFLICT for the last member of a private one.',
      args: member,
      resolve: projects.removeProjectMember,
    }),
  };
});
