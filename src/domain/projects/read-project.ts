import { authorize } from '../../auth/permissions.ts';
import type { Project } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import type { Acting } from '../records/acting.ts';
import { visibleProject } from './visibility.ts';

/** A project that the viewer can see, even if it is archived. @throws AppError `NOT_FOUND`. */
export async function readProject({ app, viewer }: Pick<Acting, 'app' | 'viewer'>, id: string): Promise<Project> {
  authorize(viewer, 'task:read');
  const project = await app.prisma.project.findFirst({ where: { id, ...visibleProject(viewer) } });
  if (!project) throw notFound('The project');
  return project;
}
