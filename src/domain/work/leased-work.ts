import { setTimeout as delay } from 'node:timers/promises';
import type { DueRow } from '../../queues/contract.ts';
import { StaleRecordError } from '../records/save-records.ts';
import { afterFailure, type Failure, isPassing, type Outcome, type RetryPolicy } from './retry.ts';
import { type LeasedRow, type LeaseTerms, RowLease } from './row-lease.ts';
import type { Work, WorkContext } from './work.ts';

/** What a worker has in hand: the claimed row, and what doing the work takes. */
export type Claimed<Row extends LeasedRow = LeasedRow> = { readonly row: Row };

/** Work that is done outside of a transaction, so its row is leased to one worker at a time. */
export type LeasedWork<C extends Claimed, F extends Failure = Failure> = Pick<Work, 'name' | 'jobs' | 'findDue'> & {
  readonly lease: LeaseTerms;
  readonly retry: RetryPolicy;
  /** An attempt that takes longer is aborted. */
  readonly attemptMs?: number;
  /** Checks the row, writes the lease and counts the attempt. Null when there is nothing to do. */
  claim(context: WorkContext, due: DueRow): Promise<C | null>;
  /** Does the work. `signal` aborts when the lease is lost or the attempt takes too long. */
  perform(context: WorkContext, claim: C, lease: RowLease<C['row']>): Promise<void>;
  /** The failure that an error stands for; null for a fault of ours, after which the lease runs out. */
  failureOf(error: unknown): F | null;
  /** Records how the attempt ended, by the row's version. @throws StaleRecordError when the row is not at it any more. */
  settle(context: WorkContext, claim: C, outcome: Outcome<F>): Promise<void>;
};

/** Work under a lease, as the table of all work takes it. */
export function leasedWork<C extends Claimed, F extends Failure = Failure>(work: LeasedWork<C, F>): Work {
  const { name, jobs, findDue } = work;
  return { name, jobs, findDue, attempt: (context, due) => attempt(context, work, due) };
}

/** How attempts end, as they are counted. */
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
    const outcome = await perform(context, work, { claim, lease });
    if (outcome !== 'RELEASED') await persist(() => work.settle(context, { ...claim, row: lease.row }, outcome));
    ending = outcome === 'RELEASED' ? outcome : outcome.kind;
  } catch (error) {
    if (!isLost(error)) throw error;
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
    const failure = work.failureOf(error);
    const { attempts } = lease.row;
    if (failure) return afterFailure(work.retry, { attempts, failure, now: context.app.clock.now() });
    if (!context.signal.aborted) throw error;
    await lease.release();
    return 'RELEASED';
  }
}

/** A database that is away for so long may cost a repetition of what was done. */
const persistMs = 60_000;

/** A database that is away is asked again: what was done must not be repeated for that. */
async function persist(settle: () => Promise<void>): Promise<void> {
  for (const startMs = performance.now(); ; await delay(250)) {
    try {
      return await settle();
    } catch (error) {
      if (isLost(error) || !isPassing(error) || performance.now() - startMs > persistMs) throw error;
    }
  }
}

function isLost(error: unknown): boolean {
  return error instanceof StaleRecordError;
}
