import { erasureWork } from '../domain/erasures/work.ts';
import { executionWork } from '../domain/executions/work.ts';
import { invitationWork } from '../domain/invitations/work.ts';
import { recurrenceWork } from '../domain/recurrences/catch-up.ts';
import { reminderWork } from '../domain/reminders/work.ts';
import { retentionWork } from '../domain/retention/prune.ts';
import { trashWork } from '../domain/task-operations/empty-trash.ts';
import { searchWork } from '../domain/tasks/rebuild-words.ts';
import { transferWork } from '../domain/transfers/work.ts';
import { type DueWork, type PeriodicWork, scan, type Work, type WorkContext } from '../domain/work/work.ts';
import type { Job } from '../queues/contract.ts';

/** All that happens later: to add a kind of work is to name its declaration here. */
const works: readonly (Work<object> | DueWork | PeriodicWork)[] = [
  reminderWork,
  invitationWork,
  recurrenceWork,
  executionWork,
  transferWork,
  erasureWork,
  trashWork,
  searchWork,
  retentionWork,
];

/** When a handler runs without a job: at intervals, or while its condition holds (see `Work.isDue`). */
export type Schedule = { kind: 'EVERY'; ms: number } | { kind: 'WHEN_DUE'; isDue: Work<object>['isDue'] };

/** What a job does, or what runs by a schedule. */
export type Handler = Pick<Job<object>, 'name'> & {
  schedule?: Schedule;
  /** @throws ZodError when it is not a payload of this job. */
  bind(payload: unknown): (context: WorkContext) => Promise<unknown>;
};

/** The handlers of all jobs and of all that runs by a schedule, by their names. */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  works.flatMap(handlersOf).map((handler) => [handler.name, handler]),
);

function handlersOf(work: Work<object> | DueWork | PeriodicWork): Handler[] {
  if ('run' in work) return [{ name: work.name, schedule: scheduleOf(work), bind: () => work.run }];
  const attempts = work.jobs.map(({ name, payload }) => ({
    name,
    bind: (given: unknown) => {
      const parsed = payload.parse(given);
      return (context: WorkContext) => work.attempt(context, parsed);
    },
  }));
  return [scanOf(work), ...attempts];
}

function scanOf(work: Work<object>): Handler {
  return { name: `${work.name}.scan`, schedule: scheduleOf(work), bind: () => (context) => scan(context, work) };
}

function scheduleOf(work: Pick<Work<object>, 'isDue'> | PeriodicWork): Schedule {
  return 'isDue' in work ? { kind: 'WHEN_DUE', isDue: work.isDue } : { kind: 'EVERY', ms: work.everyMs };
}
