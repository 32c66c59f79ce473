import { describe, expect, test } from 'vitest';
import type { LoggedEvent } from '../../src/events/contract.ts';
import { isShared, SharedJudge, SharedJudges } from '../../src/events/shared-judge.ts';

const event = (seq: number) => ({ seq: BigInt(seq) }) as LoggedEvent;
type Subscriber = { name: string; sees: boolean };

/** Lets even events through to those who see them, and counts how often each is judged. */
function countingJudge() {
  const calls: number[] = [];
  const judge = new SharedJudge<Subscriber, { seq: bigint }>(({ seq }, ask) => {
    calls.push(Number(seq));
    return seq % 2n === 0n && ask(({ sees }) => sees) ? { seq } : null;
  });
  return { judge, calls };
}

describe('a shared judge', () => {
  test('judges an event once for all who answer alike, and gives them the same item', () => {
    const { judge, calls } = countingJudge();
    const [odd, even] = [event(1), event(2)];
    const all = ['a', 'b', 'c'].map((name) => ({ name, sees: name !== 'b' }));
    expect(all.map((one) => judge.itemOf(odd, one))).toEqual([null, null, null]);
    expect(calls).toEqual([1]);
    const items = all.map((one) => judge.itemOf(even, one));
    expect(items).toEqual([{ seq: 2n }, null, { seq: 2n }]);
    expect(items[0]).toBe(items[2]);
    expect(calls).toEqual([1, 2, 2]);
  });

  test('asks a subscriber anew each time: what they lost in between, they do not get', () => {
    const { judge } = countingJudge();
    const even = event(2);
    const subscriber = { name: 'a', sees: true };
    expect(judge.itemOf(even, subscriber)).not.toBeNull();
    subscriber.sees = false;
    expect(judge.itemOf(even, subscriber)).toBeNull();
  });

  test('judges an event that was read again anew', () => {
    const { judge, calls } = countingJudge();
    const subscriber = { name: 'a', sees: true };
    expect(judge.itemOf(event(2), subscriber)).not.toBe(judge.itemOf(event(2), subscriber));
    expect(calls).toEqual([2, 2]);
  });

  test('remembers nothing of an event that a subscriber has read for itself', () => {
    const { judge, calls } = countingJudge();
    const even = event(2);
    const subscriber = { name: 'a', sees: true };
    const items = [
      judge.ownItemOf(even, subscriber),
      judge.ownItemOf(even, subscriber),
      judge.itemOf(even, subscriber),
    ];
    expect(items.map((item) => item && isShared(item))).toEqual([false, false, true]);
    expect(calls).toEqual([2, 2, 2]);
  });

  test('is shared by its key as long as somebody uses it', () => {
    const judges = new SharedJudges();
    const first = judges.acquire('tasks', () => ({}));
    expect(judges.acquire('tasks', () => ({}))).toBe(first);
    expect(judges.acquire('projects', () => ({}))).not.toBe(first);
    judges.release('tasks');
    expect(judges.acquire('tasks', () => ({}))).toBe(first);
    judges.release('tasks');
    judges.release('tasks');
    expect(judges.acquire('tasks', () => ({}))).not.toBe(first);
  });
});
