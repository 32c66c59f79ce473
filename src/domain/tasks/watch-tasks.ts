import { authorize } from '../../auth/permissions.ts';
import { isEventOf, type LoggedEvent, type LoggedEventOf } from '../../events/contract.ts';
import type { StreamOptions, StreamSignal, Watched } from '../../events/event-log.ts';
import type { Judge } from '../../events/shared-judge.ts';
import type { Task } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Ask } from '../../shared/results-by-answers.ts';
import { changesAccess } from '../projects/visibility.ts';
import { type Seeing, watchSeen } from '../projects/watch-seen.ts';
import type { Acting } from '../records/acting.ts';
import { type TaskFilter, taskMatcher } from './filter.ts';
import { taskSight } from './visibility.ts';

type TaskEvent = LoggedEventOf<'task'>;
/** A permanently deleted task has no state after the event. */
type TaskChanged = Exclude<TaskEvent, { type: 'task.purged' }>;

/** A payload for a subscriber to tasks, in addition to the items of the stream. */
export type TaskStreamItem =
  | StreamSignal
  | { kind: 'CHANGED'; cursor: StreamCursor; event: TaskChanged; task: Task }
  | { kind: 'LEFT'; cursor: StreamCursor; event: TaskEvent; taskId: string };

/**
 * The changes of the tasks that the viewer can see and that match the filter, after a cursor or from now on. A task
 * that no longer does is LEFT, without its new state. If the viewer gains or loses access to a project, there is a
 * RESYNC: its tasks were not changed, but their visibility was.
 */
export async function watchTasks(
  { app, viewer }: Acting,
  { filter, ...options }: StreamOptions & { filter?: TaskFilter | null },
): Promise<Watched<TaskStreamItem>> {
  authorize(viewer, 'task:read');
  return watchSeen({ app, viewer }, { ...options, judge: taskJudge(app, filter ?? {}) });
}

/** The filter is applied first: only subscribers whose filter matches are asked what they can see. */
function taskJudge({ clock }: Pick<Acting['app'], 'clock'>, filter: TaskFilter): Judge<Seeing, TaskStreamItem> {
  const isMatch = taskMatcher(filter);
  return (event, ask) => {
    if (!isEventOf(event, 'task')) {
      return opensOrCloses(event, ask, filter) ? { kind: 'RESYNC', cursor: event.cursor } : null;
    }
    const moment = {
      now: clock.now(),
      get timeZone() {
        return ask(zoneOf);
      },
    };
    return select(event, (task) => isMatch(task, moment) && ask(canSee(task)));
  };
}

const zoneOf = ({ timeZone }: Seeing): string => timeZone;

function canSee(task: Task) {
  return ({ userId, seesProject }: Seeing): boolean => taskSight.sees(userId, task, seesProject);
}

function select(event: TaskEvent, isMeant: (task: Task) => boolean): TaskStreamItem | null {
  const { cursor, before, after } = event;
  if (event.type !== 'task.purged' && after && isMeant(after)) return { kind: 'CHANGED', cursor, event, task: after };
  return before && isMeant(before) ? { kind: 'LEFT', cursor, event, taskId: event.objectId } : null;
}

/**
 * Whether the event gives the viewer access to a project, or takes it away; only for a project that the filter can
 * match.
 */
function opensOrCloses(event: LoggedEvent, ask: Ask<Seeing>, { projectId }: TaskFilter): boolean {
  if (!isEventOf(event, 'project') || (projectId && projectId !== event.objectId)) return false;
  return ask(({ userId }) => changesAccess(event.before, event.after, userId));
}
