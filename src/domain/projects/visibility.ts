import type { Viewer } from '../../auth/viewer.ts';
import type { Prisma, Project } from '../../generated/prisma/client.ts';

/** A project is seen by the whole tenant; a private one by its members alone. Of a row of project, for the parameter `user`. */
export function seenProjectSql(user: string): string {
  return `(NOT project."isPrivate" OR EXISTS (
    SELECT FROM project_member WHERE project_member."tenantId" = project."tenantId"
      AND project_member."projectId" = project.id AND project_member."userId" = ${user}))`;
}

/** The same rule for Prisma's `where`. */
export function visibleProject({ tenantId, userId }: Viewer) {
  return { tenantId, OR: [{ isPrivate: false }, { members: { some: { userId } } }] } satisfies Prisma.ProjectWhereInput;
}

/** What tells who sees a project. */
export type ProjectAccess = Pick<Project, 'isPrivate'> & { memberIds: readonly string[] };

/** The same rule for what is at hand. */
export function seesProject(userId: string, { isPrivate, memberIds }: ProjectAccess): boolean {
  return !isPrivate || memberIds.includes(userId);
}

/** Whether a change of a project made somebody see it and its tasks, or see them no longer. */
export function changesAccess(before: ProjectAccess | null, after: ProjectAccess | null, userId: string): boolean {
  return before !== null && after !== null && seesProject(userId, before) !== seesProject(userId, after);
}
