import { projectSight } from '../../domain/projects/visibility.ts';
import type { Project, Task } from '../../generated/prisma/client.ts';
import type { RequestContext } from '../context.ts';

/** None if the viewer can no longer see it: a repeated call returns the project as it was at the first call. */
export async function members({ id }: Project, _: unknown, context: RequestContext) {
  const { loaders } = context;
  if (!(await seenAmong([id], context)).has(id)) return [];
  return Promise.all((await loaders.membersOfProject.load(id)).map(({ userId }) => loaders.user.load(userId)));
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
    const seeing = isPrivate ? await loaders.membersOfProject.load(id) : [];
    return projectSight.sees(viewer.userId, { isPrivate, memberIds: seeing.map(({ userId }) => userId) });
  };
  const seen = await Promise.all(ids.map(isSeen));
  return new Set(ids.filter((_, n) => seen[n]));
}
