import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isFinal,
  isFinalStep,
  requireExecutionTransition,
  requireStepTransition,
} from '../../src/domain/executions/state.ts';
import type { Transition } from '../../src/domain/executions/transition.ts';
import { happen, happenings, type Model, newModel, randomSteps } from '../support/execution-model.ts';

test('whatever happens to an execution, every transition that is decided is in the tables', async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(randomSteps, happenings, async (steps, given) => {
      const model = newModel(steps);
      for (const one of given) {
        await happen(model, one, (_, decided) => {
          if (decided) requireInTables(decided);
          expectSound(model);
        });
        reached.add(model.status);
      }
    }),
    { numRuns: 2_000 },
  );
  // A sequence that never gets anywhere would prove nothing.
  expect([...reached].sort()).toEqual([
    'CANCELLED',
    'FAILED',
    'PARTIAL',
    'QUEUED',
    'RUNNING',
    'SUCCEEDED',
    'TIMED_OUT',
    'WAITING',
  ]);
});

function requireInTables({ from, to, steps }: Transition): void {
  if (from !== 'RUNNING' || to !== 'RUNNING') requireExecutionTransition(from, to);
  for (const step of steps) requireStepTransition(step.from, step.to);
  expect(new Set(steps.map(({ position }) => position)).size).toBe(steps.length);
}

function expectSound({ status, steps }: Model): void {
  const succeeded = new Set(steps.filter((step) => step.status === 'SUCCEEDED').map(({ name }) => name));
  const running = steps.filter((step) => step.status === 'RUNNING');
  expect(running.length).toBeLessThanOrEqual(status === 'RUNNING' ? 1 : 0);
  for (const step of running) expect(step.dependsOn.every((name) => succeeded.has(name))).toBe(true);
  for (const step of steps) expect(step.attempt).toBeLessThanOrEqual(step.maxAttempts);
  if (status === 'WAITING') expect(steps.some((step) => step.status === 'WAITING')).toBe(true);
  if (status === 'SUCCEEDED') expect(succeeded.size).toBe(steps.length);
  if (isFinal(status)) expect(steps.every((step) => isFinalStep(step.status))).toBe(true);
}
