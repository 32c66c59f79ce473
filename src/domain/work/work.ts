import type { App } from '../../app.ts';
import type { RunConfig } from '../../config/config.ts';
import type { DueRow, Job } from '../../queues/contract.ts';
import { enqueue, type NewJob } from '../../queues/enqueue.ts';

/** The context of a scan or an attempt. */
export type WorkContext = {
  app: App;
  /** Connects the log lines and the events of one run of a job. */
  requestId: string;
  /** Aborted when the process stops and the grace period is over. */
  signal: AbortSignal;
};

/**
 * A kind of work that happens later. Its rows determine what is due; a job only carries a row to a worker. An attempt
 * may be made twice, late, or never: it checks the row first and changes nothing if the row has another version.
 */
export type Work<P extends object = DueRow> = {
  /** Its scan is the job `<name>.scan`. */
  readonly name: string;
  /** The jobs that carry its rows. */
  readonly jobs: readonly Job<P>[];
  /**
   * An SQL condition that holds whenever `findDue` has something to do. `$1` is the time of the app. One statement asks
   * for all kinds of work, and only those with due rows are scanned.
   */
  isDue(config: Pick<RunConfig, 'executions'>): string;
  /** Finds due rows without a holder, and rows that a worker or a queue has lost. */
  findDue(context: WorkContext): Promise<readonly NewJob<P>[]>;
  /** Makes one attempt if the row is still due. An exception is a defect; a scan finds the row again. */
  attempt(context: WorkContext, payload: P): Promise<unknown>;
};

/** Work that finds what is due by itself, while its condition holds (see `Work.isDue`); the job has its name. */
export type DueWork = Pick<Work, 'name' | 'isDue'> & {
  run(context: WorkContext): Promise<unknown>;
};

/** Work at fixed intervals that finds what to do by itself; the job has its name. */
export type PeriodicWork = {
  readonly name: string;
  readonly everyMs: number;
  run(context: WorkContext): Promise<unknown>;
};

/** Enqueues due rows. @returns their number. @throws if the queue does not respond. */
export async function scan(context: WorkContext, work: Work<object>): Promise<number> {
  const due = await work.findDue(context);
  context.app.counters.dueWork.inc({ work: work.name }, due.length);
  await enqueue(context.app.queues, ...due);
  return due.length;
}

/**
 * Enqueues work that a commit has just made due. The row already says so: nobody waits for the queue, and one that is
 * not available is logged and is not a failure.
 */
export function enqueueNow({ queues, log }: Pick<App, 'queues' | 'log'>, due: readonly NewJob[]): void {
  enqueue(queues, ...due).catch((error: unknown) =>
    log.warn({ err: error, job: due[0]?.job.name }, 'A job could not be enqueued. The next scan tries again.'),
  );
}

/** One job for each row. */
export function jobsOf(job: Job<DueRow>, rows: readonly DueRow[]): NewJob<DueRow>[] {
  return rows.map(({ id, version, tenantId, group }) => ({
    job,
    payload: { id, version, tenantId, ...(group && { group }) },
  }));
}
