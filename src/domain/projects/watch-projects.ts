import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEventOf, type LoggedProject } from '../../events/contract.ts';
import type { StreamSignal, Watched } from '../../events/event-log.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { projectSight } from './visibility.ts';
import { watchSeen } from './watch-seen.ts';

type ProjectEvent = LoggedEventOf<'project'>;
type ChangeEvent = Exclude<ProjectEvent, { type: 'project.deleted' }>;

/** A payload for a subscriber to projects. */
export type ProjectStreamItem =
  | StreamSignal
  | { kind: 'CHANGED'; cursor: StreamCursor; event: ChangeEvent; project: LoggedProject }
  | { kind: 'LEFT'; cursor: StreamCursor; event: ProjectEvent };

/**
 * The changes of the projects that the viewer can see, after a cursor or from now on. A project that is deleted or no
 * longer visible is LEFT.
 */
export function watchProjects(
  acting: Acting,
  options: { after: StreamCursor | null; signal: AbortSignal },
): Watched<ProjectStreamItem> {
  authorize(acting.viewer, 'task:read');
  const { userId } = acting.viewer;
  return watchSeen<ProjectStreamItem>(acting, {
    ...options,
    judge: (event, seesNow) => {
      if (!isEventOf(event, 'project')) return null;
      const { cursor, before } = event;
      if (
        event.type !== 'project.deleted' &&
        event.after &&
        seesNow(event.objectId) &&
        projectSight.sees(userId, event.after)
      ) {
        return { kind: 'CHANGED', cursor, event, project: event.after };
      }
      return before && projectSight.sees(userId, before) ? { kind: 'LEFT', cursor, event } : null;
    },
  });
}
