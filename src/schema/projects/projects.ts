import { createProject } from '../../domain/projects/create-project.ts';
import { nameLength } from '../../domain/projects/input.ts';
import { listProjects } from '../../domain/projects/list-projects.ts';
import * as members from '../../domain/projects/members.ts';
import * as status from '../../domain/projects/project-status.ts';
import { readProject } from '../../domain/projects/store.ts';
import { updateProject } from '../../domain/projects/update-project.ts';
import { byId, call } from '../../resolvers/call.ts';
import { connection } from '../../resolvers/connection.ts';
import { builder } from '../builder.ts';
import { expectedVersion, idempotencyKey, type Parts, payload, versionOf } from '../change.ts';
import { pageCost, pageOf } from '../connection.ts';
import { User } from '../members/users.ts';
import { Project } from './project-types.ts';

builder.queryFields((t) => ({
  project: t.field({
    permission: 'task:read',
    type: Project,
    nullable: true,
    description:
      'Finds a project by its id. Archived projects are found too. Null, with a NOT_FOUND error, if the project does not exist or you cannot see it.',
    args: { id: t.arg.id({ for: Project, required: true, description: 'The id of the project.' }) },
    resolve: byId(readProject),
  }),
  projects: t.connection(
    {
      permission: 'task:read',
      type: Project,
      nullable: true,
      description:
        'The projects that you can see, ordered by `position`. A page has 50 projects by default and at most 200.',
      args: {
        includeArchived: t.arg.boolean({
          description: 'Whether to return archived projects too. They are left out by default.',
        }),
      },
      complexity: pageCost,
      resolve: connection(listProjects),
    },
    ...pageOf('Project', 'projects'),
  ),
}));

const CreateProjectInput = builder.inputType('CreateProjectInput', {
  description: 'The fields of a new project.',
  fields: (t) => ({
    name: t.string({ required: true, maxLength: nameLength, description: 'The name, 1 to 100 characters.' }),
    color: t.string({ description: 'The color, as `#rrggbb`. Grey by default.' }),
    isPrivate: t.boolean({
      description:
        'Whether only its members can see the project and its tasks. False by default. You become a member of the project.',
    }),
  }),
});

const UpdateProjectInput = builder.inputType('UpdateProjectInput', {
  description: 'The changes to a project. Omitted fields are not changed. Only the color can be cleared with null.',
  fields: (t) => ({
    id: t.id({ for: Project, required: true, description: 'The id of the project.' }),
    ...versionOf(t, 'project'),
    name: t.string({ maxLength: nameLength, description: 'The name, 1 to 100 characters.' }),
    color: t.string({ description: 'The color, as `#rrggbb`. Null sets it to grey.' }),
    isPrivate: t.boolean({
      description:
        'Whether only its members can see the project and its tasks. You become a member when you make it private. Only the creator and those with the permission project:manage can change this.',
    }),
    position: t.float({
      description:
        'The position in the list of projects. The project with the lowest position comes first. To move a project between two others, use the mean of their positions.',
    }),
  }),
});

const changedProject = { project: { type: Project, description: 'The project after the change.' } };

const DeleteProjectPayload = payload<Parts, { id: string }>(
  'deleteProject',
  {},
  {
    fields: (t) => ({
      projectId: t.globalID({
        description: 'The id of the deleted project.',
        resolve: ({ id }) => ({ type: 'Project', id }),
      }),
    }),
  },
);

builder.mutationFields((t) => {
  const target = {
    id: t.arg.id({ for: Project, required: true, description: 'The id of the project.' }),
    ...expectedVersion,
    ...idempotencyKey,
  };
  const member = {
    projectId: t.arg.id({ for: Project, required: true, description: 'The id of the project.' }),
    userId: t.arg.id({
      for: User,
      required: true,
      description: 'The id of the user, who must be a member of the tenant.',
    }),
    ...idempotencyKey,
  };
  return {
    createProject: t.field({
      permission: 'task:write',
      type: payload('createProject', changedProject),
      description: 'Creates a project and places it after all others. CONFLICT if the tenant has 1,000 projects.',
      args: {
        input: t.arg({ type: CreateProjectInput, required: true, description: 'The project to create.' }),
        ...idempotencyKey,
      },
      resolve: call(createProject),
    }),
    updateProject: t.field({
      permission: 'task:write',
      type: payload('updateProject', changedProject),
      description: 'Updates the given fields of a project.',
      args: {
        input: t.arg({ type: UpdateProjectInput, required: true, description: 'The changes to the project.' }),
        ...idempotencyKey,
      },
      resolve: call(updateProject),
    }),
    archiveProject: t.field({
      permission: 'task:write',
      type: payload('archiveProject', changedProject),
      description:
        'Archives a project: no more tasks can be added to it. Its tasks stay in it and its recurrences continue.',
      args: target,
      resolve: call(status.archiveProject),
    }),
    restoreProject: t.field({
      permission: 'task:write',
      type: payload('restoreProject', changedProject),
      description: 'Restores an archived project: tasks can be added to it again.',
      args: target,
      resolve: call(status.restoreProject),
    }),
    deleteProject: t.field({
      permission: 'task:write',
      type: DeleteProjectPayload,
      description:
        'Deletes an empty project. CONFLICT if it has tasks, including tasks in the trash, or recurrences. Only the creator and those with the permission project:manage can do this. It cannot be undone.',
      args: target,
      resolve: call(status.deleteProject),
    }),
    addProjectMember: t.field({
      permission: 'task:write',
      type: payload('addProjectMember', changedProject),
      description:
        'Adds a user to the members of a project, which can have at most 200. Only the creator and those with the permission project:manage can do this.',
      args: member,
      resolve: call(members.addProjectMember),
    }),
    removeProjectMember: t.field({
      permission: 'task:write',
      type: payload('removeProjectMember', changedProject),
      description:
        'Removes a user from the members of a project. If the project is private, the user can no longer see it or its tasks. Only the creator, those with the permission project:manage and the user can do this. CONFLICT for the last member of a private project.',
      args: member,
      resolve: call(members.removeProjectMember),
    }),
  };
});
