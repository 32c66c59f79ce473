import { erasureWork } from '../domain/erasures/work.ts';
import { executionWork } from '../domain/executions/work.ts';
import { invitationWork } from '../domain/invitations/work.ts';
import { recurrenceWork } from '../domain/recurrences/catch-up.ts';
import { reminderWork } from '../domain/reminders/work.ts';
import { retentionWork } from '../domain/retention/prune.ts';
import { trashWork } from '../domain/task-operations/empty-trash.ts';
import { searchWork } from '../domain/tasks/rebuild-words.ts';
import { transferWork } from '../domain/transfers/work.ts';
import { type PeriodicWork, scan, type Work, type WorkContext } from '../domain/work/work.ts';
import type { Job } from '../queues/contract.ts';

/** All that happens later: to add a kind of work is to name its declaration here. */
const works: readonly (Work<object> | PeriodicWork)[] = [
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

/** What a job does, or periodic work: that has an `everyMs` and no job. */
export type Handler = Pick<Job<object>, 'name'> & {
  everyMs?: number;
  /** @throws ZodError when it is not a payload of this job. */
  bind(payload: unknown): (context: WorkContext) => Promise<unknown>;
};

const scanMs = 1_000;

/** The handlers of all jobs and all periodic work by their names. */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  works.flatMap(handlersOf).map((handler) => [handler.name, handler]),
);

function handlersOf(work: Work<object> | PeriodicWork): Handler[] {
  if ('run' in work) return [periodic(work)];
  const attempts = work.jobs.map(({ name, payload }) => ({
    name,
    bind: (given: unknown) => {
      const parsed = payload.parse(given);
      return (context: WorkContext) => work.attempt(context, parsed);
    },
  }));
  return [periodic({ name: `${work.name}.scan`, everyMs: scanMs, run: (context) => scan(context, work) }), ...attempts];
}

function periodic({ name, everyMs, run }: PeriodicWork): Handler {
  return { name, everyMs, bind: () => run };
}
