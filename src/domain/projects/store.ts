import { authorize } from '../../auth/permissions.ts';
import type { LoggedProject } from '../../events/contract.ts';
import { Prisma, type Project } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { insertRecords } from '../records/insert-records.ts';
import { lockByIds } from '../records/lock-records.ts';
import { type Reading, readRecord } from '../records/read-records.ts';
import { defineRecords } from '../records/record-kind.ts';
import { projectSight } from './visibility.ts';

const maxMembers = 200;

/** Projects, each with its members, which lie in a table of their own. */
export const projectRecords = defineRecords<'project', LoggedProject>({
  kind: 'project',
  table: 'project',
  noun: 'project',
  fields: Prisma.ProjectScalarFieldEnum,
  fixed: ['creatorId'],
  seen: projectSight.sql,
  // It waits for changes that place tasks in the project, and they wait for it. Tasks that refer to the project are not
  // affected.
  erasure: 'KEPT',
  lock: 'FOR NO KEY UPDATE',
  lockWith: async (tx, { tenantId, userId }, ids) => {
    const projects = await lockProjects(tx, tenantId, ids);
    return projects.map((row) => ({ row, isSeen: projectSight.sees(userId, row) }));
  },
  normalise: (project) => {
    if (project.memberIds.length > maxMembers) throw conflict(`A project can have at most ${maxMembers} members.`);
    return { ...project, memberIds: [...project.memberIds].sort() };
  },
  afterSave: async (tx, changed) => {
    const projects = changed.map(({ after }) => after);
    const values = [projects[0]?.tenantId, JSON.stringify(projects)];
    await tx.write('drop-project-members', dropOthers, values);
    await tx.write('add-project-members', addMembers, values);
  },
});

const selectMembers = `SELECT "projectId", "userId" FROM project_member
  WHERE "tenantId" = $1 AND "projectId" = ANY($2) ORDER BY "userId"`;
const given = 'jsonb_to_recordset($2) AS project(id uuid, "memberIds" uuid[])';
const addMembers = `INSERT INTO project_member ("tenantId", "projectId", "userId")
  SELECT $1, project.id, unnest(project."memberIds") FROM ${given} ON CONFLICT DO NOTHING`;
const dropOthers = `DELETE FROM project_member member USING ${given}
  WHERE member."tenantId" = $1 AND member."projectId" = project.id AND member."userId" <> ALL(project."memberIds")`;

/** A project that the viewer can see, even if it is archived. @throws AppError `NOT_FOUND`. */
export function readProject(reading: Reading, id: string): Promise<Project> {
  authorize(reading.viewer, 'task:read');
  return readRecord(reading, projectRecords, id);
}

export async function insertProject(tx: Change, project: LoggedProject): Promise<void> {
  await insertRecords(tx, projectRecords, [project]);
  await tx.write('add-project-members', addMembers, [project.tenantId, JSON.stringify([project])]);
}

/** Locks projects and their members, in the order of ids, independent of visibility. */
export async function lockProjects(tx: Change, tenantId: string, ids: readonly string[]): Promise<LoggedProject[]> {
  const rows: Project[] = await lockByIds(tx, projectRecords, tenantId, ids);
  // A separate statement, so that it reads the members after the projects are locked.
  type Member = { projectId: string; userId: string };
  const members = await tx.query<Member>('members-of-projects', selectMembers, [tenantId, ids]);
  const membersOf = (id: string) => members.filter(({ projectId }) => projectId === id).map(({ userId }) => userId);
  return rows.map((row) => ({ ...row, memberIds: membersOf(row.id) }));
}
