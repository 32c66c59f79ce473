import { isAllowed } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Project } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';

/** Who made a project decides who sees it, and so do those with `project:manage`. @throws AppError `FORBIDDEN`. */
export function requireManager(viewer: Viewer, { creatorId }: Pick<Project, 'creatorId'>): void {
  if (viewer.userId === creatorId || isAllowed(viewer, 'project:manage')) return;
  throw new AppError(
    'FORBIDDEN',
    'Only the creator of the project and members with the permission project:manage can change who can see it.',
  );
}
