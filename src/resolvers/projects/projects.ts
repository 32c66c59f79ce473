import { authorize } from '../../auth/permissions.ts';
import { createProject as create } from '../../domain/projects/create-project.ts';
import type { CreateProjectInput, UpdateProjectInput } from '../../domain/projects/input.ts';
import { listProjects, type ProjectListArgs } from '../../domain/projects/list-projects.ts';
import * as membership from '../../domain/projects/members.ts';
import type { ProjectTarget } from '../../domain/projects/project-status.ts';
import * as status from '../../domain/projects/project-status.ts';
import { readProject } from '../../domain/projects/read-project.ts';
import { updateProject as update } from '../../domain/projects/update-project.ts';
import { seesProject, visibleProject } from '../../domain/projects/visibility.ts';
import { watchProjects } from '../../domain/projects/watch-projects.ts';
import type { Project, Task } from '../../generated/prisma/client.ts';
import { decodeGlobalId, encodeGlobalId } from '../../shared/global-id.ts';
import { toConnection } from '../connection.ts';
import type { RequestContext } from '../context.ts';
import { delivered, startCursor } from '../subscriptions.ts';

type Keyed = { idempotencyKey?: string | null };

/** Rows that `node` can return. */
export function findProject<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, ...visibleProject(viewer) };
}

export function project(_: unknown, { id }: { id: string }, context: RequestContext) {
  return readProject(context, decodeGlobalId('Project', id, ['id']));
}

export async function projects(_: unknown, args: ProjectListArgs, context: RequestContext) {
  return toConnection(await listProjects(context, args));
}

export function creator({ creatorId }: Project, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(creatorId);
}

/** None if the viewer can no longer see it: a repeated call returns the project as it was at the first call. */
export async function members({ id }: Project, _: unknown, context: RequestContext) {
  const { loaders } = context;
  if (!(await seenAmong([id], context)).has(id)) return [];
  return Promise.all((await loaders.membersOfProject.load(id)).map((userId) => loaders.user.load(userId)));
}

/** Null if the viewer can no longer see it: a repeated call returns the task as it was at the first call. */
export async function projectOfTask({ projectId }: Pick<Task, 'projectId'>, _: unknown, context: RequestContext) {
  const seen = await seenAmong([projectId], context);
  return projectId && seen.has(projectId) ? context.loaders.project.load(projectId) : null;
}

/** Only for projects that the viewer can see. */
export async function seenAmong(
  projectIds: readonly (string | null)[],
  { loaders, viewer }: Pick<RequestContext, 'loaders' | 'viewer'>,
): Promise<Set<string>> {
  const ids = [...new Set(projectIds)].filter((id) => id !== null);
  const isSeen = async (id: string) => {
    const project = await loaders.project.load(id);
    if (!project) return false;
    const { isPrivate } = project;
    return seesProject(viewer.userId, {
      isPrivate,
      memberIds: isPrivate ? await loaders.membersOfProject.load(id) : [],
    });
  };
  const seen = await Promise.all(ids.map(isSeen));
  return new Set(ids.filter((_, n) => seen[n]));
}

export function createProject(_: unknown, args: { input: CreateProjectInput } & Keyed, context: RequestContext) {
  return create(context, args);
}

export function updateProject(_: unknown, args: { input: UpdateProjectInput } & Keyed, context: RequestContext) {
  const id = decodeGlobalId('Project', args.input.id, ['input', 'id']);
  return update(context, { ...args, input: { ...args.input, id } });
}

export const archiveProject = onProject(status.archiveProject);
export const restoreProject = onProject(status.restoreProject);
export const deleteProject = onProject(status.deleteProject);

function onProject<R>(act: (context: RequestContext, target: ProjectTarget) => Promise<R>) {
  return (_: unknown, args: ProjectTarget, context: RequestContext) =>
    act(context, { ...args, id: decodeGlobalId('Project', args.id, ['id']) });
}

export const addProjectMember = onMember(membership.addProjectMember);
export const removeProjectMember = onMember(membership.removeProjectMember);

function onMember(act: typeof membership.addProjectMember) {
  return (_: unknown, args: membership.ProjectMemberTarget, context: RequestContext) =>
    act(context, {
      ...args,
      projectId: decodeGlobalId('Project', args.projectId, ['projectId']),
      userId: decodeGlobalId('User', args.userId, ['userId']),
    });
}

export function deletedProjectId({ id }: { id: string }) {
  return encodeGlobalId('Project', id);
}

export function leftProjectId({ event }: { event: { objectId: string } }) {
  return encodeGlobalId('Project', event.objectId);
}

export function projectChanged(_: unknown, { after }: { after?: string | null }, context: RequestContext) {
  const options = { after: startCursor(context, after), signal: context.stream.access };
  return delivered(context, watchProjects(context, options));
}
