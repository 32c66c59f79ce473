import type { App } from '../../app.ts';
import type { DueRow, Job } from '../../queues/contract.ts';
import { enqueue, type NewJob } from '../../queues/enqueue.ts';

/** What a scan or an attempt has at hand. */
export type WorkContext = {
  app: App;
  /** Connects the log lines and the events of one run of a job. */
  requestId: string;
  /** Aborted when the process stops and the grace period is over. */
  signal: AbortSignal;
};

/**
 * One kind of work that happens later. Its rows say what is due; a job only carries a row to a worker. An attempt may be
 * made twice, late, or never: it looks at the row first and changes nothing when the row is not as the job says.
 */
export type Work<P extends object = DueRow> = {
  /** Its scan is the job `<name>.scan`. */
  readonly name: string;
  /** The jobs that carry its rows. */
  readonly jobs: readonly Job<P>[];
  /** Finds what is due and in nobody's hands, and what a worker or a queue has lost. */
  findDue(context: WorkContext): Promise<readonly NewJob<P>[]>;
  /** Does it once, if it is still due. What it throws is a fault of ours; a scan finds the row again. */
  attempt(context: WorkContext, payload: P): Promise<unknown>;
};

/** Work that is done at fixed intervals and keeps by itself to what is there to do; the job has its name. */
export type PeriodicWork = {
  readonly name: string;
  readonly everyMs: number;
  run(context: WorkContext): Promise<unknown>;
};

/** Enqueues what is due. @returns how much that was. @throws when the queue does not answer. */
export async function scan(context: WorkContext, work: Work<object>): Promise<number> {
  const due = await work.findDue(context);
  context.app.counters.dueWork.inc({ work: work.name }, due.length);
  await enqueue(context.app.queues, ...due);
  return due.length;
}

/**
 * Has work taken up at once that a commit has just made due. Its row says so already, so a queue that does not answer is
 * logged and no failure.
 */
export async function enqueueNow({ queues, log }: Pick<App, 'queues' | 'log'>, due: readonly NewJob[]): Promise<void> {
  try {
    await enqueue(queues, ...due);
  } catch (error) {
    log.warn({ err: error, job: due[0]?.job.name }, 'A job could not be enqueued. The next scan tries again.');
  }
}

/** One job for each row. */
export function jobsOf(job: Job<DueRow>, rows: readonly DueRow[]): NewJob<DueRow>[] {
  return rows.map(({ id, version }) => ({ job, payload: { id, version } }));
}
