import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requireExecutionTransition, requireStepTransition } from '../../src/domain/executions/state.ts';
import type { Transition } from '../../src/domain/executions/transition.ts';
import { happen, sequences } from '../support/execution-commands.ts';
import { executionsInMemory } from '../support/execution-in-memory.ts';

test('whatever happens to executions, what is decided is in the tables, and as the rules say', async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const system = executionsInMemory((transition) => {
        requireInTables(transition);
        reached.add(transition.to);
      });
      for (const { steps } of await happen(system, sequence)) {
        for (const { attempt, maxAttempts } of steps) expect(attempt).toBeLessThanOrEqual(maxAttempts);
      }
    }),
    { numRuns: 500 },
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
