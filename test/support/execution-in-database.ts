import type { Outcome } from '../../src/domain/executions/attempt-step.ts';
import type { ClaimedStep } from '../../src/domain/executions/claim.ts';
import { ExecutionLease, type Held } from '../../src/domain/executions/lease.ts';
import { executionWork } from '../../src/domain/executions/work.ts';
import { writeNext } from '../../src/domain/executions/write-next.ts';
import type { StepResolution } from '../../src/generated/prisma/enums.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Seen, StoredSystem } from './execution-commands.ts';
import { claimOf, eventsOf, noop, read, submit, uuidOf } from './execution-fixture.ts';
import { outcomes } from './execution-in-memory.ts';
import { expire } from './execution-loss.ts';
import type { Ended } from './execution-rules.ts';
import { CancelExecutionDocument, ResolveStepDocument } from './operations.ts';
import type { Person, TestApp } from './test-app.ts';
import { scanNow } from './work.ts';

/** A holder, as it has the steps in mind. */
type Holder = { held: Held; steps: readonly ClaimedStep[] };
type Stored = { id: string; holder: Holder | null; earlier: Holder[] };

/** The engine with its database: each thing happens by the way that it has in production, but that no step is run. */
export function executionsInDatabase(test_: TestApp, person: Person): StoredSystem & { ids: () => string[] } {
  const { app } = test_;
  const executions: Stored[] = [];
  const at = (n: number) => executions[n] ?? missing(n);
  const add = (id: string) => executions.push({ id, holder: null, earlier: [] });

  const end = (stored: Stored) => {
    if (stored.holder) stored.earlier.push(stored.holder);
    stored.holder = null;
  };

  return {
    ids: () => executions.map(({ id }) => id),
    submit: async (steps) => {
      const plan = steps.map(({ needs, name, ...step }) => noop(name, { ...step, dependsOn: needs }));
      add(await submit(person, plan));
    },
    claim: async (n) => {
      const claim = await claimOf(test_, at(n).id);
      if (claim) at(n).holder = { held: hold(app, claim), steps: claim.steps };
      return claim !== null;
    },
    goOn: async (n, ended, stop) => {
      const stored = at(n);
      const { held, steps } = stored.holder ?? missing(n);
      if (stop) held.lease.stop(stop);
      const next = await decideNext(held, steps, ended);
      if (next) stored.holder = { held, steps: next };
      else end(stored);
    },
    lose: async (n) => {
      await expire(test_, at(n).id);
      await scanNow(app, executionWork);
      end(at(n));
    },
    cancel: (n) => isAccepted(() => person.run(CancelExecutionDocument, { id: at(n).id })),
    wake: async (n) => {
      await app.db.query(wakeSql, [uuidOf(at(n).id)]);
    },
    resolve: async (n, step, resolution: StepResolution) => {
      const { steps } = await read(person, at(n).id);
      const input = { stepId: steps[step]?.id ?? missing(n), resolution };
      let isRetried = false;
      const resolved = await isAccepted(async () => {
        const { retry } = (await person.run(ResolveStepDocument, { input })).resolveStep;
        if (retry) add(retry.id);
        isRetried = retry !== null;
      });
      return resolved ? isRetried : null;
    },
    writeAsEarlierHolders: async (n, ended) => {
      let accepted = 0;
      for (const { held, steps } of at(n).earlier) {
        const again = hold(app, held.claim);
        const hasRunning = steps.some(({ status }) => status === 'RUNNING');
        if (await decideNext(again, steps, hasRunning ? ended : null)) accepted += 1;
      }
      return accepted;
    },
    see: async (n) => {
      const { rows } = await app.db.query<Seen>(seeSql, [uuidOf(at(n).id)]);
      return rows[0] ?? missing(n);
    },
    eventsOf: (n) => eventsOf(test_, at(n).id),
  };
}

/** Its lease renews nothing, so that only what happens to an execution changes it. */
function hold(app: TestApp['app'], claim: Held['claim']): Held {
  const lease = new ExecutionLease(app, claim, performance.now());
  lease[Symbol.dispose]();
  return { app, claim, lease };
}

function decideNext(held: Held, steps: readonly ClaimedStep[], ended: Ended | null): Promise<ClaimedStep[] | null> {
  const outcome: Outcome | null = ended && outcomes[ended];
  return writeNext(held, steps, outcome);
}

async function isAccepted(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return false;
    throw error;
  }
}

const wakeSql = `
  WITH step AS (UPDATE execution_step SET "wakeAt" = clock_timestamp() WHERE "executionId" = $1 AND status = 'WAITING')
  UPDATE execution SET "wakeAt" = clock_timestamp() WHERE id = $1 AND status = 'WAITING'`;

const seeSql = `
  SELECT status, "errorCode" AS error, "fencingToken" AS token, "stepsFinished", (
    SELECT json_agg(json_build_object('status', status, 'attempt', attempt, 'waitsFor', "waitsFor", 'error', "errorCode",
      'resolution', resolution, 'hasRun', "startedAt" IS NOT NULL) ORDER BY position)
    FROM execution_step WHERE "executionId" = e.id) AS steps
  FROM execution e WHERE id = $1`;

function missing(n: number): never {
  throw new Error(`There is no holder or execution ${n}.`);
}
