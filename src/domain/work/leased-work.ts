import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '../../infra/postgres/failures.ts';
import type { DueRow } from '../../queues/contract.ts';
import { StaleRecordError } from '../records/save-records.ts';
import { afterFailure, type Failure, type Outcome, type RetryPolicy } from './retry.ts';
import { type LeasedRow, type LeaseTerms, RowLease } from './row-lease.ts';
import type { Work, WorkContext } from './work.ts';

/** The claimed row, and the data that the work needs. */
type Claimed<Row extends LeasedRow = LeasedRow> = { readonly row: Row };

/** Work outside of a transaction, so its row is leased to one worker at a time. */
export type LeasedWork<C extends Claimed, F extends Failure = Failure> = Pick<
  Work,
  'name' | 'jobs' | 'isDue' | 'findDue'
> & {
  readonly lease: LeaseTerms;
  readonly retry: RetryPolicy;
  /** The time limit of an attempt. */
  readonly attemptMs?: number;
  /** Checks the row, writes the lease and counts the attempt. Null if there is nothing to do. */
  claim(context: WorkContext, due: DueRow): Promise<C | null>;
  /** Does the work. `signal` aborts when the lease is lost or the attempt takes too long. */
  perform(context: WorkContext, claim: C, lease: RowLease<C['row']>): Promise<void>;
  /** The failure that an error stands for; null for a defect, after which the lease expires. */
  failureOf(error: unknown): F | null;
  /**
   * Records the outcome of the attempt if the row still has the version of the claim. @throws StaleRecordError if it has
   * another version.
   */
  settle(context: WorkContext, claim: C, outcome: Outcome<F>): Promise<void>;
};

/** Work under a lease as an entry of the table of all work. */
export function leasedWork<C extends Claimed, F extends Failure = Failure>(work: LeasedWork<C, F>): Work {
  const { name, jobs, isDue, findDue } = work;
  return { name, jobs, isDue, findDue, attempt: (context, due) => attempt(context, work, due) };
}

/** The outcomes of attempts in the metrics. */
type Ending = Outcome['kind'] | 'LOST' | 'RELEASED' | 'FAULT';

async function attempt<C extends Claimed, F extends Failure>(
  context: WorkContext,
  work: LeasedWork<C, F>,
  due: DueRow,
): Promise<void> {
  const sentMs = performance.now();
  const claim = await work.claim(context, due);
  if (!claim) return;
  let ending: Ending = 'FAULT';
  try {
    using lease = new RowLease<C['row']>(context.app, work.lease, { row: claim.row, sentMs, stopping: context.signal });
    await lease.begin();
    const outcome = await perform(context, work, { claim, lease });
    if (outcome !== 'RELEASED') await persist(() => work.settle(context, { ...claim, row: lease.row }, outcome));
    ending = outcome === 'RELEASED' ? outcome : outcome.kind;
  } catch (error) {
    if (!(error instanceof StaleRecordError)) throw error;
    ending = 'LOST';
  } finally {
    context.app.counters.attempts.inc({ work: work.name, outcome: ending.toLowerCase() });
  }
}

async function perform<C extends Claimed, F extends Failure>(
  context: WorkContext,
  work: LeasedWork<C, F>,
  { claim, lease }: { claim: C; lease: RowLease<C['row']> },
): Promise<Outcome<F> | 'RELEASED'> {
  const { attemptMs } = work;
  const signal = attemptMs ? AbortSignal.any([lease.signal, AbortSignal.timeout(attemptMs)]) : lease.signal;
  try {
    await work.perform({ ...context, signal }, claim, lease);
    return { kind: 'DONE' };
  } catch (error) {
    if (context.signal.aborted) {
      await lease.release();
      return 'RELEASED';
    }
    // How it ended says nothing about the work: the worker that takes it over finds out.
    if (lease.isLost)
      throw new StaleRecordError(`The lease of ${work.name} ${lease.row.id} was lost.`, { cause: error });
    const failure = work.failureOf(error);
    if (!failure) throw error;
    return afterFailure(work.retry, { attempts: lease.row.attempts, failure, now: context.app.clock.now() });
  }
}

/** After an outage of the database that is longer than this, the work may be done again. */
const persistMs = 60_000;

/** If the database is not available, the outcome is written later, so that the work is not repeated. */
async function persist(settle: () => Promise<void>): Promise<void> {
  for (const startMs = performance.now(); ; await delay(250)) {
    try {
      return await settle();
    } catch (error) {
      const isLost = error instanceof StaleRecordError;
      if (isLost || !isDatabaseUnavailable(error) || performance.now() - startMs > persistMs) throw error;
    }
  }
}
