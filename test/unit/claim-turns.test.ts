import { describe, expect, test } from 'vitest';
import { ClaimTurns } from '../../src/domain/executions/claim-turns.ts';

const [a, b, c] = ['a', 'b', 'c'] as const;

/** One claim that takes executions of these tenants. */
function claim(turns: ClaimTurns, tenantIds: readonly string[], isAll = false): void {
  turns.taken(turns.next, { tenantIds, isAll });
}

describe('the turns of tenants', () => {
  test('go on after the last one', () => {
    const turns = new ClaimTurns();
    claim(turns, [a, b, a]);
    expect(turns.next).toEqual({ fresh: [], after: b });
    claim(turns, []);
    expect(turns.next.after).toBe(b);
  });

  test('begin with who has just arrived, in the order of arrival', () => {
    const turns = new ClaimTurns();
    turns.arrived(c);
    turns.arrived(a);
    turns.arrived(c);
    expect(turns.next.fresh).toEqual([c, a]);
    claim(turns, [c]);
    expect(turns.next).toMatchObject({ fresh: [a] });
  });

  test('are not spent by a tenant that came first, so that its place in the order stays', () => {
    const turns = new ClaimTurns();
    claim(turns, [b]);
    turns.arrived(a);
    claim(turns, [a]);
    expect(turns.next).toEqual({ fresh: [], after: b });
  });

  test('give nobody two first places in a round, however often they submit', () => {
    const turns = new ClaimTurns();
    turns.arrived(a);
    claim(turns, [a]);
    turns.arrived(a);
    expect(turns.next.fresh).toEqual([]);
    claim(turns, [b]);
    turns.arrived(a);
    expect(turns.next.fresh).toEqual([]);
    // The order begins anew: the round is over.
    claim(turns, [b]);
    turns.arrived(a);
    expect(turns.next.fresh).toEqual([a]);
  });

  test('forget who has nothing, and begin a round, when all was taken', () => {
    const turns = new ClaimTurns();
    turns.arrived(a);
    turns.arrived(b);
    claim(turns, [a]);
    expect(turns.next.fresh).toEqual([b]);
    claim(turns, [], true);
    expect(turns.next.fresh).toEqual([]);
    turns.arrived(a);
    expect(turns.next.fresh).toEqual([a]);
  });
});
