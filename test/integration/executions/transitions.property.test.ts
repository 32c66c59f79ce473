import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimExecution } from '../../../src/domain/executions/claim.ts';
import {
  ExecutionStatus,
  requireExecutionTransition,
  requireStepTransition,
  StepStatus,
} from '../../../src/domain/executions/state.ts';
import type { StepTransition, Transition } from '../../../src/domain/executions/transition.ts';
import { type Asked, transitionWriter } from '../../../src/domain/executions/transition-writer.ts';
import { executionWork } from '../../../src/domain/executions/work.ts';
import { writeAsHolder } from '../../../src/domain/executions/write-while-held.ts';
import { newId } from '../../../src/shared/ids.ts';
import { eventsOf, noop, submit, uuidOf } from '../../support/execution-fixture.ts';
import {
  type Follower,
  type Happening,
  happen,
  happenings,
  type Model,
  newModel,
  randomSteps,
} from '../../support/execution-model.ts';
import { CancelExecutionDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { scanNow } from '../../support/work.ts';

const numRuns = Number(process.env.EXECUTION_RUNS ?? 25);

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const query = (text: string, values: unknown[]) => test_.app.db.query(text, values);

/** Where the rows are. */
async function stateOf(id: string) {
  const { rows } = await query(
    `SELECT status, "fencingToken" AS token, version, "stepsFinished", (SELECT json_agg(json_build_object('status', status,
       'attempt', attempt, 'waitsFor', "waitsFor") ORDER BY position) FROM execution_step WHERE "executionId" = e.id) AS steps
     FROM execution e WHERE id = $1`,
    [uuidOf(id)],
  );
  return rows[0];
}

/** Does to the rows what happens in memory, by the way that each has in production. */
function followIn(id: string): Follower {
  const { app } = test_;
  const uuid = uuidOf(id);
  const acts: Record<Happening['kind'] | 'NEXT', (decided: Transition | null) => Promise<unknown>> = {
    CLAIM: async () => {
      const { version } = await stateOf(id);
      expect(await claimExecution(app, { id: uuid, version, requestId: 'test' })).not.toBeNull();
    },
    NEXT: async (decided) => {
      if (!decided) throw new Error('Nothing was decided.');
      const { token } = await stateOf(id);
      const facts = { id: uuid, token, changeId: newId(), requestId: 'test' };
      expect(await writeAsHolder(app, decided, facts)).not.toBeNull();
    },
    CANCEL: () => alice.run(CancelExecutionDocument, { id }),
    LOSS: async () => {
      await query(`UPDATE execution SET "leaseExpiresAt" = clock_timestamp() - interval '1 s' WHERE id = $1`, [uuid]);
      await scanNow(app, executionWork);
    },
    WAKE: () =>
      query(
        `WITH step AS (UPDATE execution_step SET "wakeAt" = clock_timestamp() WHERE "executionId" = $1 AND status = 'WAITING')
         UPDATE execution SET "wakeAt" = clock_timestamp() WHERE id = $1 AND status = 'WAITING'`,
        [uuid],
      ),
    OUTCOME: () => Promise.reject(new Error('An outcome is followed by what its holder decides.')),
  };
  return async (happening, decided) => void (await acts[happening](decided));
}

async function expectSame(id: string, { status, steps }: Model): Promise<void> {
  const ended: readonly StepStatus[] = ['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELLED', 'TIMED_OUT'];
  expect(await stateOf(id)).toMatchObject({
    status,
    steps: steps.map((step) => ({ status: step.status, attempt: step.attempt, waitsFor: step.waitsFor })),
    stepsFinished: steps.filter((step) => ended.includes(step.status)).length,
  });
}

type Course = readonly [Steps, readonly Happening[]];
type Steps = Parameters<typeof newModel>[0];

/** Submits the steps, lets all this happen, and compares the rows with the memory after each. */
async function take([steps, given]: Course): Promise<void> {
  const plan = steps.map(({ name, dependsOn, maxAttempts, replaySafe }) =>
    noop(name, { dependsOn, maxAttempts, replaySafe }),
  );
  const id = await submit(alice, plan);
  const model = newModel(steps);
  for (const one of given) {
    await happen(model, one, followIn(id));
    await expectSame(id, model);
  }
  expect(await eventsOf(test_, id)).toEqual(model.events);
}

const course = fc.tuple(randomSteps, happenings);

test('whatever happens to an execution, its rows and events are as decided in memory', async () => {
  await fc.assert(fc.asyncProperty(course, take), { numRuns });
});

test('and so they are when it happens to several at the same time, which share statements', async () => {
  const courses = fc.array(course, { minLength: 2, maxLength: 6 });
  const takeAll = async (all: readonly Course[]) => void (await Promise.all(all.map(take)));
  await fc.assert(fc.asyncProperty(courses, takeAll), { numRuns: Math.ceil(numRuns / 4) });
});

describe('the writer', () => {
  const executions = pairsOf(Object.values(ExecutionStatus), ({ from, to }) => requireExecutionTransition(from, to));
  const steps = pairsOf(Object.values(StepStatus), ({ from, to }) => requireStepTransition(from, to));
  const drawn = fc.record({ execution: executions.drawn, step: steps.drawn, isThere: fc.boolean() });

  test('refuses every transition that the tables do not have, and one that begins elsewhere', async () => {
    const id = await submit(alice, [noop('a')]);
    const uuid = uuidOf(id);
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(drawn, async ({ execution, step, isThere }) => {
        await place(uuid, { status: isThere ? execution.from : execution.at, step: isThere ? step.from : step.at });
        const before = await stateOf(id);
        const wait = step.to === 'WAITING' && ({ waitsFor: 'TIMER', wakeMs: 1_000 } as const);
        const ofSteps = [{ position: 1, from: step.from, to: step.to, attempt: 1, ...wait }];
        const transition = { from: execution.from, to: execution.to, steps: ofSteps, wakeMs: 1_000 };
        const facts = { id: uuid, token: before.token, changeId: newId(), requestId: 'test' };
        const write = () => writeAsHolder(test_.app, transition, facts);
        const stays = execution.from === 'RUNNING' && execution.to === 'RUNNING';
        if (!(stays || executions.isLegal(execution)) || !steps.isLegal(step)) {
          await expect(write()).rejects.toThrow(/^(An execution|A step) cannot go from/);
          expect(await stateOf(id)).toEqual(before);
          seen.add('not in the tables');
        } else if (before.status !== execution.from || before.steps[0].status !== step.from) {
          expect(await write()).toBeNull();
          expect(await stateOf(id)).toEqual(before);
          seen.add('begins elsewhere');
        } else {
          expect(await write()).not.toBeNull();
          expect(await stateOf(id)).toMatchObject({ status: execution.to, steps: [{ status: step.to }] });
          seen.add('written');
        }
      }),
      { numRuns: numRuns * 6 },
    );
    expect([...seen].sort()).toEqual(['begins elsewhere', 'not in the tables', 'written']);
  });

  test('keeps whatever a step gives as its reason or its output', async () => {
    const id = await submit(alice, [noop('a')]);
    const text = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(0xd83d, ...codes));
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (drawn, isDone) => {
        await place(uuidOf(id), { status: 'RUNNING', step: 'RUNNING' });
        const to = isDone ? 'SUCCEEDED' : 'FAILED';
        const ended = isDone ? { output: { text: drawn } } : { error: { code: 'X', message: drawn } };
        const steps: StepTransition[] = [{ position: 1, from: 'RUNNING', to, attempt: 1, ...ended }];
        const facts = { id: uuidOf(id), token: (await stateOf(id)).token, changeId: newId(), requestId: 'test' };
        const transition = { from: 'RUNNING', to, steps } as const;
        expect(await writeAsHolder(test_.app, transition, facts)).not.toBeNull();
      }),
      { numRuns },
    );
  });

  test('takes the output of the newest holder when two end the same step in one statement', async () => {
    const id = await submit(alice, [noop('a')]);
    await place(uuidOf(id), { status: 'RUNNING', step: 'RUNNING' });
    await query('UPDATE execution SET "fencingToken" = 2 WHERE id = $1', [uuidOf(id)]);
    const writer = transitionWriter({
      name: 'write-of-two-holders',
      where: 'e."fencingToken" = asked.guard',
      result: 'changed.id',
    });
    const asked = [1, 2].map((guard): Asked => {
      const steps = [{ position: 1, from: 'RUNNING', to: 'SUCCEEDED', attempt: 1, output: { guard } }] as const;
      const transition: Transition = { from: 'RUNNING', to: 'SUCCEEDED', steps: [...steps] };
      return { id: uuidOf(id), transition, guard, leaseMs: 1_000, changeId: newId(), requestId: 'test' };
    });
    const { text, values } = writer(asked);
    expect((await query(text, [...values])).rows).toMatchObject([{ k: 2, id: uuidOf(id) }]);
    const { rows } = await query('SELECT output FROM execution_output WHERE "executionId" = $1', [uuidOf(id)]);
    expect(rows).toEqual([{ output: { guard: 2 } }]);
  });

  /** Puts the rows there, with what the constraints of the tables ask of each status. */
  async function place(id: string, { status, step }: { status: ExecutionStatus; step: StepStatus }): Promise<void> {
    const time = (isSet: boolean) => (isSet ? new Date() : null);
    const isOpen = (of: string) => ['QUEUED', 'RUNNING', 'WAITING'].includes(of);
    await query('DELETE FROM execution_output WHERE "executionId" = $1', [id]);
    await query(
      `UPDATE execution SET status = $2::text::"ExecutionStatus", "claimedAt" = $3, "leaseExpiresAt" = $3, "wakeAt" = $4,
         "finishedAt" = $5, "cancelRequestedAt" = NULL WHERE id = $1`,
      [id, status, time(status === 'RUNNING'), time(status === 'WAITING'), time(!isOpen(status))],
    );
    await query(
      `UPDATE execution_step SET status = $2::text::"StepStatus", attempt = 1, "wakeAt" = $3,
         "waitsFor" = CASE WHEN $3::timestamptz IS NOT NULL THEN 'TIMER'::"StepWait" END, "finishedAt" = $4
       WHERE "executionId" = $1`,
      [id, step, time(step === 'WAITING'), time(!isOpen(step))],
    );
  }
});

/** Pairs of statuses, those in the table as often as any; `at` is where the row is when it is not at `from`. */
function pairsOf<S extends string>(all: readonly S[], requireLegal: (pair: { from: S; to: S }) => void) {
  const isLegal = (pair: { from: S; to: S }) => {
    try {
      requireLegal(pair);
      return true;
    } catch {
      return false;
    }
  };
  const pairs = all.flatMap((from) => all.map((to) => ({ from, to })));
  const pair = fc.oneof(fc.constantFrom(...pairs.filter(isLegal)), fc.constantFrom(...pairs));
  const drawn = fc.tuple(pair, fc.constantFrom(...all)).map(([chosen, at]) => ({ ...chosen, at }));
  return { drawn, isLegal };
}
