import { Momentary } from '../shared/momentary.ts';
import { type Ask, ResultsByAnswers } from '../shared/results-by-answers.ts';
import type { LoggedEvent } from './contract.ts';

/** Decides what a subscriber gets of an event; null for nothing. All that it knows about the subscriber is what it asks. */
export type Judge<S, T> = (event: LoggedEvent, ask: Ask<S>) => T | null;

const sharedItems = new WeakSet<object>();

/** Whether several subscribers may get this very item. */
export function isShared(item: object): boolean {
  return sharedItems.has(item);
}

/**
 * A judge that subscribers share: an event is judged once for all who answer alike, and they get the same item. The
 * answers are never remembered, so a subscriber is judged by what holds at that time. An event that was read again is
 * judged again, because it may have lost its payload to an erasure.
 */
export class SharedJudge<S, T extends object> {
  readonly #judge: Judge<S, T>;
  readonly #judged = new Momentary<LoggedEvent, ResultsByAnswers<S, T | null>>();

  constructor(judge: Judge<S, T>) {
    this.#judge = judge;
  }

  /** For an event of the tail, which all subscribers share. */
  itemOf(event: LoggedEvent, subscriber: S): T | null {
    const results = this.#judged.of(event, () => new ResultsByAnswers());
    const known = results.find(subscriber);
    if (known) return known.result;
    const { ask, keep } = results.asking(subscriber);
    const item = this.#judge(event, ask);
    keep(item);
    if (item) sharedItems.add(item);
    return item;
  }

  /** For an event that one subscriber has read for itself: nothing is remembered. */
  ownItemOf(event: LoggedEvent, subscriber: S): T | null {
    return this.#judge(event, (question) => question(subscriber));
  }
}

/** The judges of the subscribers to one tenant, by their keys. */
export class SharedJudges {
  readonly #shared = new Map<string, { judge: SharedJudge<unknown, object>; users: number }>();

  /** The judge with this key, kept until `release` was called as often as this function. */
  acquire<S, T extends object>(key: string, judge: Judge<S, T>): SharedJudge<S, T> {
    const shared = this.#shared.get(key) ?? { judge: new SharedJudge(judge as Judge<unknown, object>), users: 0 };
    shared.users += 1;
    this.#shared.set(key, shared);
    // The key says what is judged and as what.
    return shared.judge as unknown as SharedJudge<S, T>;
  }

  release(key: string): void {
    const shared = this.#shared.get(key);
    if (!shared) return;
    shared.users -= 1;
    if (shared.users === 0) this.#shared.delete(key);
  }
}
