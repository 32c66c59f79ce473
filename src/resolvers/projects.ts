import { authorize } from '../auth/permissions.ts';
import { readProject, seesProject, visibleProject } from '../domain/projects/visibility.ts';
import type { Project, Task } from '../generated/prisma/client.ts';
import { decodeGlobalId } from '../shared/global-id.ts';
import type { RequestContext } from './context.ts';

/** What `node` may find. */
export function findProject<Id extends string | { in: string[] }>(id: Id, { viewer }: RequestContext) {
  authorize(viewer, 'task:read');
  return { id, ...visibleProject(viewer) };
}

export function project(_: unknown, { id }: { id: string }, context: RequestContext) {
  return readProject(context, decodeGlobalId('Project', id, ['id']));
}

export function creator({ creatorId }: Project, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(creatorId);
}

export async function members({ id }: Project, _: unknown, { loaders }: RequestContext) {
  return Promise.all((await loaders.membersOfProject.load(id)).map((userId) => loaders.user.load(userId)));
}

/** Who sees a task in a project sees the project. */
export function projectOfTask({ projectId }: Pick<Task, 'projectId'>, _: unknown, { loaders }: RequestContext) {
  return projectId ? loaders.project.load(projectId) : null;
}

/** Those of the projects that the viewer sees. */
export async function seenAmong(
  projectIds: readonly (string | null)[],
  { loaders, viewer }: Pick<RequestContext, 'loaders' | 'viewer'>,
): Promise<Set<string>> {
  const ids = [...new Set(projectIds)].filter((id) => id !== null);
  const isSeen = async (id: string) => {
    const { isPrivate } = await loaders.project.load(id);
    return seesProject(viewer.userId, {
      isPrivate,
      memberIds: isPrivate ? await loaders.membersOfProject.load(id) : [],
    });
  };
  const seen = await Promise.all(ids.map(isSeen));
  return new Set(ids.filter((_, n) => seen[n]));
}
