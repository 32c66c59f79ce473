import fc from 'fast-check';
import { expect } from 'vitest';
import type { ExecutionStatus, StepStatus } from '../../src/domain/executions/state.ts';
import type { StepResolution, StepWait } from '../../src/generated/prisma/enums.ts';
import {
  cancel,
  claim,
  type Ended,
  goOn,
  isOver,
  lose,
  type NewStep,
  type RuleExecution,
  type RuleStep,
  resolve,
  runningStep,
  type Stop,
  submitted,
  wake,
} from './execution-rules.ts';

/** What can be seen of an execution. */
export type Seen = {
  status: ExecutionStatus;
  error: string | null;
  token: number;
  stepsFinished: number;
  steps: {
    status: StepStatus;
    attempt: number;
    waitsFor: StepWait | null;
    error: string | null;
    resolution: StepResolution | null;
    hasRun: boolean;
  }[];
};

/** What is compared with the rules: it does the same to executions of its own, numbered in the order of their making. */
export type System = {
  submit(steps: readonly NewStep[]): Promise<void>;
  claim(n: number): Promise<boolean>;
  goOn(n: number, ended: Ended | null, stop: Stop | null): Promise<void>;
  lose(n: number): Promise<void>;
  cancel(n: number): Promise<boolean>;
  wake(n: number): Promise<void>;
  see(n: number): Promise<Seen>;
  eventsOf(n: number): Promise<string[]>;
};

/** A system that also has what the database alone decides. */
export type StoredSystem = System & {
  /** @returns whether there is a retry, which is the newest execution then, or null when it was refused. */
  resolve(n: number, step: number, resolution: StepResolution): Promise<boolean | null>;
  /** Every earlier holder tries to write this. @returns how many of its writes were accepted. */
  writeAsEarlierHolders(n: number, ended: Ended): Promise<number>;
};

type Rules = { executions: RuleExecution[] };
type Command<S extends System> = fc.AsyncCommand<Rules, S>;

/** One of a choice, so many times as likely as the others. */
const often = <T>(times: number, one: T): T[] => Array.from({ length: times }, () => one);

/** Steps that depend on some of those before them. */
const newSteps: fc.Arbitrary<NewStep[]> = fc
  .array(
    fc.record({ needs: fc.array(fc.nat(4)), maxAttempts: fc.integer({ min: 1, max: 3 }), replaySafe: fc.boolean() }),
    { minLength: 1, maxLength: 5 },
  )
  .map((drawn) =>
    drawn.map(({ needs, ...step }, index) => ({
      ...step,
      name: `s${index + 1}`,
      needs: [...new Set(needs)].filter((needed) => needed < index).map((needed) => `s${needed + 1}`),
    })),
  );

const ended = fc.constantFrom<Ended>(...often(6, 'SUCCEEDED' as const), 'WAITS', 'FAILS', 'FAILS FOR NOW', 'TIMED_OUT');
/** Which one, as a share of those that there are. */
const which = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const pick = <T>(from: readonly T[], share: number): T => from[Math.floor(share * from.length)] ?? expect.fail();

type Act<S extends System> = {
  /** Which executions it can happen to. */
  if?: (execution: RuleExecution) => boolean;
  run: (execution: RuleExecution, system: S, n: number, rules: Rules) => Promise<void>;
};

/** Does something to one of the executions that it can happen to, and compares what can be seen of it. */
function command<S extends System>(
  label: string,
  at: number,
  { if: isPossible = () => true, run }: Act<S>,
): Command<S> {
  return {
    toString: () => `${label} (${at.toFixed(2)})`,
    check: ({ executions }) => executions.some(isPossible),
    run: async (rules, system) => {
      const execution = pick(rules.executions.filter(isPossible), at);
      const n = rules.executions.indexOf(execution);
      await run(execution, system, n, rules);
      await compare(execution, system, n);
    },
  };
}

const submitCommand = newSteps.map(
  (steps): Command<System> => ({
    toString: () => `submit ${JSON.stringify(steps)}`,
    check: () => true,
    run: (rules, system) => submitTo(rules, system, steps),
  }),
);

async function submitTo({ executions }: Rules, system: System, steps: readonly NewStep[]): Promise<void> {
  const execution = submitted(steps);
  executions.push(execution);
  await system.submit(steps);
  await compare(execution, system, executions.length - 1);
}

const claimCommand = which.map((at) =>
  command('claim', at, {
    run: async (execution, system, n) => expect(await system.claim(n)).toBe(claim(execution)),
  }),
);

const stop = fc.option(fc.constantFrom<Stop>('TIME_LIMIT', 'SHUTDOWN', 'FORBIDDEN'), { freq: 24 });
/** A worker does what is next: it claims what it can, decides after a claim, and ends a running step. */
const workCommand = fc.tuple(which, ended, stop, fc.boolean()).map(([at, came, told, isStopped]) =>
  command(`work, ${came}, ${told}, ${isStopped}`, at, {
    if: (execution) => !isOver(execution),
    run: async (execution, system, n) => {
      const isRunning = runningStep(execution) !== undefined;
      // The permission is asked for before a step begins, and nothing stops that is not told to.
      const stops = isRunning && told === 'FORBIDDEN' ? null : told;
      await work(execution, system, n, { came: isStopped && stops ? 'STOPPED' : came, stop: stops });
    },
  }),
);

async function work(
  execution: RuleExecution,
  system: System,
  n: number,
  { came, stop }: { came: Ended; stop: Stop | null },
): Promise<void> {
  if (execution.status === 'RUNNING') {
    const ofStep = runningStep(execution) ? came : null;
    goOn(execution, ofStep, stop);
    return system.goOn(n, ofStep, stop);
  }
  wake(execution);
  await system.wake(n);
  expect(await system.claim(n)).toBe(claim(execution));
}

const loseCommand = which.map((at) =>
  command('lose', at, {
    if: ({ status }) => status === 'RUNNING',
    run: async (execution, system, n) => {
      lose(execution);
      await system.lose(n);
    },
  }),
);

const cancelCommand = which.map((at) =>
  command('cancel', at, {
    run: async (execution, system, n) => expect(await system.cancel(n)).toBe(cancel(execution)),
  }),
);

const isInDoubt = ({ error, resolution }: RuleStep) => error === 'OUTCOME_UNKNOWN' && resolution === null;
const resolution = fc.constantFrom<StepResolution>('SUCCEEDED', 'SUCCEEDED', 'FAILED');

/** Of any step, which is refused mostly, or of one in doubt. */
const resolveCommand = (label: string, isMeant: (step: RuleStep) => boolean) =>
  fc.tuple(which, which, resolution).map(([at, share, resolved]) =>
    command<StoredSystem>(`${label} ${resolved}`, at, {
      if: ({ steps }) => steps.some(isMeant),
      run: async (execution, system, n, { executions }) => {
        const step = pick(execution.steps.filter(isMeant), share);
        const retry = resolve(execution, step, resolved);
        const answer = await system.resolve(n, execution.steps.indexOf(step), resolved);
        expect(answer).toBe(retry === false ? null : retry !== null);
        if (!retry) return;
        executions.push(retry);
        await compare(retry, system, executions.length - 1);
      },
    }),
  );

/** Most of it is about the moments at which the write would be right, if it were not for the token. */
const writeStaleCommand = (label: string, isMeant: (execution: RuleExecution) => boolean) =>
  fc.tuple(which, ended).map(([at, came]) =>
    command<StoredSystem>(`write ${came} as an earlier holder${label}`, at, {
      if: isMeant,
      run: async (_, system, n) => expect(await system.writeAsEarlierHolders(n, came)).toBe(0),
    }),
  );
const isHeldAgain = (execution: RuleExecution) => execution.token > 1 && runningStep(execution) !== undefined;

const common = [
  ...often(2, submitCommand),
  ...often(2, claimCommand),
  ...often(24, workCommand),
  ...often(4, loseCommand),
  cancelCommand,
];

/** Long sequences, since most of what goes wrong needs several steps. */
const sizes = { maxCommands: 100, size: 'max' } as const;
export const sequences = sequencesOf(fc.commands(common, sizes));
export const storedSequences = sequencesOf(
  fc.commands<Rules, StoredSystem, false>(
    [
      ...common,
      ...often(5, resolveCommand('resolve in doubt', isInDoubt)),
      resolveCommand('resolve any', () => true),
      ...often(8, writeStaleCommand(' of one that is held again', isHeldAgain)),
      writeStaleCommand('', () => true),
    ],
    sizes,
  ),
);

/** What happens to an execution of these steps, and to those that are submitted later. */
export type Sequence<S extends System> = { steps: NewStep[]; then: Iterable<Command<S>> };

function sequencesOf<S extends System>(then: fc.Arbitrary<Iterable<Command<S>>>): fc.Arbitrary<Sequence<S>> {
  return fc.record({ steps: newSteps, then });
}

/** Lets all this happen, and runs every execution to its end. @returns the executions as the rules have them. */
export async function happen<S extends System>(
  system: S,
  { steps, then }: Sequence<S>,
): Promise<readonly RuleExecution[]> {
  const rules: Rules = { executions: [] };
  await submitTo(rules, system, steps);
  await fc.asyncModelRun(() => ({ model: rules, real: system }), then);
  for (const [n, execution] of rules.executions.entries()) {
    await runToEnd(execution, system, n);
    expect(await system.eventsOf(n)).toEqual(execution.events);
  }
  return rules.executions;
}

/** Every execution ends when its steps do. */
async function runToEnd(execution: RuleExecution, system: System, n: number): Promise<void> {
  for (let turns = 0; !isOver(execution); turns += 1) {
    expect(turns).toBeLessThan(200);
    await work(execution, system, n, { came: 'SUCCEEDED', stop: null });
    await compare(execution, system, n);
  }
}

async function compare({ status, error, token, steps }: RuleExecution, system: System, n: number): Promise<void> {
  expect(await system.see(n)).toEqual({
    ...{ status, error, token, stepsFinished: steps.filter(isOver).length },
    steps: steps.map((step) => ({
      ...{ status: step.status, attempt: step.attempt, waitsFor: step.waitsFor },
      ...{ error: step.error, resolution: step.resolution, hasRun: step.hasRun },
    })),
  });
}
