import { authorize } from '../../auth/permissions.ts';
import type { Viewer } from '../../auth/viewer.ts';
import { lastUrgent } from './slots.ts';
import type { Submission } from './submission.ts';

/**
 * Slots are kept for urgent executions, so not everybody can make any execution urgent. What a plan is by default is for
 * everybody. @throws AppError `FORBIDDEN`
 */
export function authorizePriority(
  viewer: Viewer,
  { priority, planned }: Pick<Submission, 'priority' | 'planned'>,
): void {
  if (priority > lastUrgent || priority >= planned.priority) return;
  authorize(viewer, 'execution:prioritize', `The priority ${priority}`);
}
