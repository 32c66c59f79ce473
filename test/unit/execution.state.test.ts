import { describe, expect, test } from 'vitest';
import {
  ExecutionStatus,
  executionEvents,
  isEnd,
  isFinal,
  isFinalStep,
  requireExecutionTransition,
  requireStepTransition,
  resultOf,
  StepStatus,
  stepEvents,
} from '../../src/domain/executions/state.ts';
import { eventTypes } from '../../src/events/contract.ts';

const executionTransitions: Record<ExecutionStatus, ExecutionStatus[]> = {
  QUEUED: ['RUNNING', 'CANCELLED', 'TIMED_OUT', 'FAILED'],
  RUNNING: ['QUEUED', 'WAITING', 'SUCCEEDED', 'FAILED', 'PARTIAL', 'CANCELLED', 'TIMED_OUT'],
  WAITING: ['RUNNING', 'SUCCEEDED', 'FAILED', 'PARTIAL', 'CANCELLED', 'TIMED_OUT'],
  SUCCEEDED: [],
  FAILED: [],
  PARTIAL: [],
  CANCELLED: [],
  TIMED_OUT: [],
};
const stepTransitions: Record<StepStatus, StepStatus[]> = {
  QUEUED: ['RUNNING', 'SKIPPED', 'CANCELLED'],
  RUNNING: ['QUEUED', 'WAITING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT'],
  WAITING: ['RUNNING', 'CANCELLED'],
  SUCCEEDED: [],
  FAILED: [],
  SKIPPED: [],
  CANCELLED: [],
  TIMED_OUT: [],
};
const executionStatuses = Object.values(ExecutionStatus);
const stepStatuses = Object.values(StepStatus);

function pairs<T>(all: readonly T[]): [T, T][] {
  return all.flatMap((from) => all.map((to): [T, T] => [from, to]));
}

describe('an execution', () => {
  test.each(pairs(executionStatuses))('from %s to %s is as the table says', (from, to) => {
    const transition = () => requireExecutionTransition(from, to);
    if (executionTransitions[from].includes(to)) expect(transition).not.toThrow();
    else expect(transition).toThrow(`An execution cannot go from ${from} to ${to}.`);
  });

  test('is final where nothing leads out', () => {
    const finals = executionStatuses.filter(isFinal);
    expect(finals.sort()).toEqual(['CANCELLED', 'FAILED', 'PARTIAL', 'SUCCEEDED', 'TIMED_OUT']);
  });
});

describe('a step', () => {
  test.each(pairs(stepStatuses))('from %s to %s is as the table says', (from, to) => {
    const transition = () => requireStepTransition(from, to);
    if (stepTransitions[from].includes(to)) expect(transition).not.toThrow();
    else expect(transition).toThrow(`A step cannot go from ${from} to ${to}.`);
  });

  test('is final where nothing leads out', () => {
    const finals = stepStatuses.filter(isFinalStep);
    expect(finals.sort()).toEqual(['CANCELLED', 'FAILED', 'SKIPPED', 'SUCCEEDED', 'TIMED_OUT']);
  });
});

test('every status has an event of its own, and only a final one is an end', () => {
  for (const status of executionStatuses) {
    expect(eventTypes).toContain(executionEvents[status]);
    expect(isEnd(executionEvents[status])).toBe(isFinal(status));
  }
  for (const status of stepStatuses) expect(eventTypes).toContain(stepEvents[status]);
  expect(isEnd('execution.cancelRequested')).toBe(false);
});

test.each<[StepStatus[], ExecutionStatus]>([
  [['SUCCEEDED', 'SUCCEEDED'], 'SUCCEEDED'],
  [['FAILED', 'SKIPPED'], 'FAILED'],
  [['SUCCEEDED', 'FAILED', 'SKIPPED'], 'PARTIAL'],
  [['SUCCEEDED', 'TIMED_OUT'], 'TIMED_OUT'],
  [['TIMED_OUT', 'FAILED'], 'FAILED'],
  [['TIMED_OUT', 'FAILED', 'SUCCEEDED'], 'PARTIAL'],
])('steps that ended %j make it %s', (steps, result) => {
  expect(resultOf(steps)).toBe(result);
});
