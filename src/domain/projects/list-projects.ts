import { authorize } from '../../auth/permissions.ts';
import type { Prisma, Project } from '../../generated/prisma/client.ts';
import { isId } from '../../shared/ids.ts';
import { encodeKey, type Key, type Page, type PageArgs, type PageOrder, pageQuery, toPage } from '../lists/page.ts';
import type { Acting } from '../records/acting.ts';
import { visibleProject } from './visibility.ts';

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
  const direction = query.isBackward ? 'desc' : 'asc';
  const rows = await app.prisma.project.findMany({
    where: {
      ...visibleProject(viewer),
      ...(!includeArchived && { archivedAt: null }),
      AND: [...(query.after ? [beyond(query.after, 'gt')] : []), ...(query.before ? [beyond(query.before, 'lt')] : [])],
    },
    orderBy: [{ position: direction }, { id: direction }],
    take: query.limit + 1,
  });
  return toPage(rows, query, ({ position, id }) => encodeKey(byPosition, [String(position), id]));
}

function beyond([text, id]: Key, side: 'gt' | 'lt'): Prisma.ProjectWhereInput {
  const position = Number(text);
  return { OR: [{ position: { [side]: position } }, { position, id: { [side]: id } }] };
}
