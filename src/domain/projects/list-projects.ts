import { authorize } from '../../auth/permissions.ts';
import type { Project } from '../../generated/prisma/client.ts';
import { listRecords } from '../lists/list-records.ts';
import type { Page, PageArgs } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { projectRecords } from './store.ts';

type ProjectListArgs = { includeArchived?: boolean | null } & PageArgs;

/** The projects that the viewer can see, in their order. @throws AppError `INVALID_INPUT`. */
export async function listProjects(
  acting: Acting,
  { includeArchived, ...args }: ProjectListArgs,
): Promise<Page<Project>> {
  authorize(acting.viewer, 'task:read');
  return listRecords<Project>(acting, projectRecords, {
    args,
    order: { name: 'projects', by: { column: 'position', holds: 'NUMBER' } },
    conditions: [{ value: includeArchived ? null : true, sql: (is) => `(project."archivedAt" IS NULL) = ${is}` }],
  });
}
