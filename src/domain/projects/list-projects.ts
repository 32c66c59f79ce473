import { authorize } from '../../auth/permissions.ts';
import type { Project } from '../../generated/prisma/client.ts';
import { isId } from '../../shared/ids.ts';
import { encodeKey, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import { readPage } from '../lists/read-page.ts';
import type { Acting } from '../records/acting.ts';
import { projectRecords } from './store.ts';

const byPosition: PageOrder = {
  name: 'projects',
  isKey: ([position, id]) => position !== '' && Number.isFinite(Number(position)) && isId(id),
};

export type ProjectListArgs = { includeArchived?: boolean | null } & PageArgs;

/** The projects that the viewer can see, in their order. @throws AppError `INVALID_INPUT`. */
export async function listProjects(
  { app, viewer }: Acting,
  { includeArchived, ...args }: ProjectListArgs,
): Promise<Page<Project>> {
  authorize(viewer, 'task:read');
  const query = pageQuery(args, byPosition);
  const rows: Project[] = await readPage({ app, viewer }, projectRecords, {
    ...{ query, orderedBy: 'position' },
    conditions: [{ value: includeArchived ? null : true, sql: (is) => `(project."archivedAt" IS NULL) = ${is}` }],
  });
  return toPage(rows, query, ({ position, id }) => encodeKey(byPosition, [String(position), id]));
}
