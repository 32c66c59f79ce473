import { isAllowed } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Project } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';

/** Who made a project decides who sees it, and so do those with `project:manage`. @throws AppError `FORBIDDEN`. */
export function requireManager(viewer: Viewer, { creatorId }: Pick<Project, 'creatorId'>): void {
  if (viewer.userId === creatorId || isAllowed(viewer, 'project:manage')) return;
  throw new AppError('FORBIDDEN', 'Only who made the project, or has project:manage, decides who sees it.');
}
