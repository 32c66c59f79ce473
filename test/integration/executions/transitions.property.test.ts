import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ExecutionStatus,
  isEnd,
  requireExecutionTransition,
  requireStepTransition,
  StepStatus,
} from '../../../src/domain/executions/state.ts';
import type { StepTransition, Transition } from '../../../src/domain/executions/transition.ts';
import { type Asked, transitionWriter } from '../../../src/domain/executions/transition-writer.ts';
import { writeAsHolder } from '../../../src/domain/executions/write-while-held.ts';
import { newId } from '../../../src/shared/ids.ts';
import { happen, type Sequence, type StoredSystem, storedSequences } from '../../support/execution-commands.ts';
import { executionConfig, noop, submit, uuidOf } from '../../support/execution-fixture.ts';
import { executionsInDatabase } from '../../support/execution-in-database.ts';
import { retryBaseMs } from '../../support/execution-in-memory.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

const numRuns = Number(process.env.EXECUTION_RUNS ?? 16);

let test_: TestApp;
let alice: Person;
beforeAll(async () => {
  // No wait is over before a test says so, and no lease.
  test_ = await createTestApp({ executions: executionConfig({ leaseMs: 600_000, retryBaseMs }) });
  alice = (await test_.tenant()).alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const query = (text: string, values: unknown[]) => test_.app.db.query(text, values);

/** Where the rows are. */
async function stateOf(id: string) {
  const { rows } = await query(
    `SELECT status, "fencingToken" AS token, version,
       (SELECT json_agg(json_build_object('status', status) ORDER BY position) FROM execution_step WHERE "executionId" = e.id) AS steps
     FROM execution e WHERE id = $1`,
    [uuidOf(id)],
  );
  return rows[0];
}

const reached = new Set<string>();

/** Lets it happen to executions of its own, and looks at everything that was recorded of them. */
async function take(sequence: Sequence<StoredSystem>): Promise<void> {
  const system = executionsInDatabase(test_, alice);
  for (const { status } of await happen(system, sequence)) reached.add(status);
  for (const id of system.ids()) expectLegal(await recordedOf(id));
}

test('whatever happens to executions, their rows and events are as the rules say', async () => {
  await fc.assert(fc.asyncProperty(storedSequences, take), { numRuns });
});

test('and so they are when it happens to several at the same time, which share statements', async () => {
  const several = fc.array(storedSequences, { minLength: 2, maxLength: 6 });
  const takeAll = async (all: readonly Sequence<StoredSystem>[]) => void (await Promise.all(all.map(take)));
  await fc.assert(fc.asyncProperty(several, takeAll), { numRuns: Math.ceil(numRuns / 4) });
});

test('and enough happened to prove something', async () => {
  expect([...reached]).toEqual(expect.arrayContaining(['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT']));
  const { rows } = await query(`SELECT FROM event WHERE type = 'executionStep.resolved'`, []);
  expect(rows.length).toBeGreaterThan(0);
});

type Recorded = { type: string; objectId: string; before: Row | null; after: Row };
type Row = { status: string; errorCode: string | null; version?: number; attempt?: number; resolution?: string | null };

async function recordedOf(id: string): Promise<Recorded[]> {
  const { rows } = await query(
    `SELECT type, "objectId", before, after FROM event WHERE "objectId" = $1 OR after->>'executionId' = $1::text ORDER BY id`,
    [uuidOf(id)],
  );
  return rows;
}

/** What only events change. The progress of an execution changes with its steps. */
const factsOf = ({ status, errorCode, version, attempt, resolution }: Row) => ({
  ...{ status, errorCode, version, attempt, resolution },
});

/** Each event goes on from where the one before it ended, by a transition of the tables, and there is one end, at the end. */
function expectLegal(events: readonly Recorded[]): void {
  const last = new Map<string, Row>();
  for (const { type, objectId, before, after } of events) {
    const earlier = last.get(objectId);
    if (earlier) expect(before && factsOf(before)).toEqual(factsOf(earlier));
    if (before && before.status !== after.status) {
      const isStep = type.startsWith('executionStep.');
      if (isStep) requireStepTransition(before.status as StepStatus, after.status as StepStatus);
      else requireExecutionTransition(before.status as ExecutionStatus, after.status as ExecutionStatus);
    }
    last.set(objectId, after);
  }
  const own = events.filter(({ type }) => type.startsWith('execution.'));
  expect(own.map(({ after }) => after.version)).toEqual(own.map((_, n) => n + 1));
  expect(own.filter(({ type }) => isEnd(type))).toHaveLength(1);
  expect(isEnd(own.at(-1)?.type ?? '')).toBe(true);
}

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
      { numRuns: numRuns * 9 },
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
