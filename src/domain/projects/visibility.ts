import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma, Project } from '../../generated/prisma/client.ts';

/**
 * All members of the tenant can see a project; only its members can see a private one. SQL about a row of project, for
 * the parameter `user`.
 */
export function seenProjectSql(user: string): string {
  return `(NOT project."isPrivate" OR EXISTS (
    SELECT FROM project_member WHERE project_member."tenantId" = project."tenantId"
      AND project_member."projectId" = project.id AND project_member."userId" = ${user}))`;
}

/** The same rule for Prisma's `where`. */
export function visibleProject({ tenantId, userId }: Viewer) {
  return { tenantId, OR: [{ isPrivate: false }, { members: { some: { userId } } }] } satisfies Prisma.ProjectWhereInput;
}

/** The fields that determine who can see a project. */
export type ProjectAccess = Pick<Project, 'isPrivate'> & { memberIds: readonly string[] };

/** The rule in memory: whether the user can see the project. */
export function seesProject(userId: string, { isPrivate, memberIds }: ProjectAccess): boolean {
  return !isPrivate || memberIds.includes(userId);
}

/** Whether a change of a project gave the user access to it and its tasks, or took it away. */
export function changesAccess(before: ProjectAccess | null, after: ProjectAccess | null, userId: string): boolean {
  return before !== null && after !== null && seesProject(userId, before) !== seesProject(userId, after);
}
