import type { App } from '../../src/app.ts';
import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { newId } from '../../src/shared/ids.ts';
import type { Person } from './test-app.ts';

type Given = { name?: string; isPrivate?: boolean; members?: readonly Person[]; archivedAt?: Date };

/** Puts a project of `creator`, who is a member of it, straight into the tables, without events. @returns its global id. */
export async function insertProject(
  { db }: Pick<App, 'db'>,
  creator: Person,
  { name = 'a project', isPrivate = false, members = [], archivedAt }: Given = {},
): Promise<string> {
  const { tenantId, userId } = creator.viewer;
  const id = newId();
  await db.query(
    `INSERT INTO project (id, "tenantId", "creatorId", name, color, "isPrivate", position, version, "createdAt", "updatedAt", "archivedAt")
     VALUES ($1, $2, $3, $4, '#3366cc', $5, 1, 1, now(), now(), $6)`,
    [id, tenantId, userId, name, isPrivate, archivedAt],
  );
  const userIds = [userId, ...members.map(({ viewer }) => viewer.userId)];
  await db.query('INSERT INTO project_member ("tenantId", "projectId", "userId") SELECT $1, $2, unnest($3::uuid[])', [
    tenantId,
    id,
    userIds,
  ]);
  return encodeGlobalId('Project', id);
}
