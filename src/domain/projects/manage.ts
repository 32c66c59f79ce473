import { isAllowed } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Project } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';

/** The creator of a project and members with `project:manage` decide who can see it. @throws AppError `FORBIDDEN`. */
export function requireManager(viewer: Viewer, { creatorId }: Pick<Project, 'creatorId'>): void {
  if (viewer.userId === creatorId || isAllowed(viewer, 'project:manage')) return;
  throw new AppError(
    'FORBIDDEN',
    'Only the creator of the project and members with the permission project:manage can change who can see it.',
  );
}
