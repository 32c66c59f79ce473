import { describe, expect, test } from 'vitest';
import type { LoggedEvent } from '../../src/events/contract.ts';
import { JudgedOnce } from '../../src/events/judged-once.ts';

const event = (seq: number) => ({ seq: BigInt(seq) }) as LoggedEvent;

/** Lets even events through, and counts how often each is judged. */
function countingJudge() {
  const calls: number[] = [];
  const judge = ({ seq }: LoggedEvent) => {
    calls.push(Number(seq));
    return seq % 2n === 0n ? `item ${seq}` : null;
  };
  return { judge, calls };
}

describe('the judgements of a subscriber', () => {
  test('an event that ends a wait, and those before it, are judged once', () => {
    const { judge, calls } = countingJudge();
    const judged = new JudgedOnce({ judge });
    const events = [event(1), event(2), event(3)];
    expect(events.find(judged.isWanted)).toBe(events[1]);
    expect(events.map((each) => judged.take(each))).toEqual([null, 'item 2', null]);
    expect(calls).toEqual([1, 2, 3]);
  });

  test('an event that was read again is judged again', () => {
    const { judge, calls } = countingJudge();
    const judged = new JudgedOnce({ judge });
    judged.isWanted(event(2));
    expect(judged.take(event(2))).toBe('item 2');
    expect(calls).toEqual([2, 2]);
  });

  test('nothing is judged before the judge knows what it has to', () => {
    const { judge, calls } = countingJudge();
    const knowledge = { isLoaded: false, loaded: async () => {} };
    const judged = new JudgedOnce({ judge, knowledge });
    const first = event(1);
    expect(judged.isWanted(first)).toBe(true);
    expect(calls).toEqual([]);
    knowledge.isLoaded = true;
    expect(judged.take(first)).toBeNull();
    expect(calls).toEqual([1]);
  });

  test('judgements about a stream that was replaced are forgotten', () => {
    const { judge } = countingJudge();
    const judged = new JudgedOnce({ judge });
    judged.isWanted(event(8));
    judged.forget();
    expect(judged.take(event(2))).toBe('item 2');
  });
});
