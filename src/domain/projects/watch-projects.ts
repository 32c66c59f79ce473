import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf, type LoggedProject } from '../../events/contract.ts';
import type { StreamOptions, StreamSignal, Watched } from '../../events/event-log.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Ask } from '../../shared/results-by-answers.ts';
import type { Acting } from '../records/acting.ts';
import { projectSight } from './visibility.ts';
import { type Seeing, watchSeen } from './watch-seen.ts';

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
export async function watchProjects(acting: Acting, options: StreamOptions): Promise<Watched<ProjectStreamItem>> {
  authorize(acting.viewer, 'task:read');
  return watchSeen(acting, { ...options, judge: select });
}

function select(event: LoggedEvent, ask: Ask<Seeing>): ProjectStreamItem | null {
  if (!isEventOf(event, 'project')) return null;
  const { cursor, before, after, objectId } = event;
  if (event.type !== 'project.deleted' && after) {
    const isSeen = ask(({ userId, seesProject }) => seesProject(objectId) && projectSight.sees(userId, after));
    if (isSeen) return { kind: 'CHANGED', cursor, event, project: after };
  }
  const wasSeen = before && ask(({ userId }) => projectSight.sees(userId, before));
  return wasSeen ? { kind: 'LEFT', cursor, event } : null;
}
