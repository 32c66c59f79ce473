import type { Project, Task } from '../../generated/prisma/client.ts';

/** Who can see the records of a kind: one rule, as SQL and in memory. */
type Sight<Row> = {
  /** A condition on a row of the table, for the parameter `user` of the statement. */
  sql(user: string): string;
  /** Whether a user can see a row of their tenant; `seesProject` tells which projects they can see. */
  sees(userId: string, row: Row, seesProject: (projectId: string) => boolean): boolean;
};

/** The fields that determine who can see a project. */
export type ProjectAccess = Pick<Project, 'isPrivate'> & { memberIds: readonly string[] };

/** All members of the tenant can see a project; only its members can see a private one. */
export const projectSight = {
  sql: (user) => `(NOT project."isPrivate" OR EXISTS (
    SELECT FROM project_member WHERE project_member."tenantId" = project."tenantId"
      AND project_member."projectId" = project.id AND project_member."userId" = ${user}))`,
  sees: (userId, { isPrivate, memberIds }: ProjectAccess) => !isPrivate || memberIds.includes(userId),
} satisfies Sight<ProjectAccess>;

/** The fields that determine who can see a record that can be in a project. */
export type Placed = Pick<Task, 'creatorId' | 'assigneeId' | 'projectId'>;

/**
 * A record in a project can be seen by the users who can see the project, whoever created it or is assigned to it; any other
 * record by its creator, its assignee and the users of the rule `others`. The access to a project is checked each time, so
 * that losing it takes effect at once.
 */
export function sightByPlace<Row extends Placed>(table: string, others?: Sight<Row>): Sight<Row> {
  return {
    sql: (user) => `CASE WHEN ${table}."projectId" IS NULL
      THEN ${user} IN (${table}."creatorId", ${table}."assigneeId") ${others ? `OR ${others.sql(user)}` : ''}
      ELSE EXISTS (SELECT FROM project WHERE project."tenantId" = ${table}."tenantId"
        AND project.id = ${table}."projectId" AND ${projectSight.sql(user)}) END`,
    sees: (userId, row, seesProject) => {
      if (row.projectId) return seesProject(row.projectId);
      return [row.creatorId, row.assigneeId].includes(userId) || (others?.sees(userId, row, seesProject) ?? false);
    },
  };
}

/** Whether a change of a project gave the user access to it and its tasks, or took it away. */
export function changesAccess(before: ProjectAccess | null, after: ProjectAccess | null, userId: string): boolean {
  return before !== null && after !== null && projectSight.sees(userId, before) !== projectSight.sees(userId, after);
}
