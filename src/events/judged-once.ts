import type { LoggedEvent } from './contract.ts';

export type Judging<T> = {
  /** Decides what a subscriber gets of an event. Events for which it is null do not wake the subscriber. */
  judge: (event: LoggedEvent) => T | null;
  /** What the judge has to know. Events wait until it is loaded. */
  knowledge?: { readonly isLoaded: boolean; loaded(): Promise<void> };
};

/**
 * The judgements of one subscriber. An event that ends its wait was judged then, and so were the events before it, which
 * the subscriber does not get: neither is judged again when the subscriber reaches them.
 */
export class JudgedOnce<T> {
  readonly #options: Judging<T>;
  #awaited: { event: LoggedEvent; item: T } | null = null;

  constructor(options: Judging<T>) {
    this.#options = options;
  }

  /** Whether an event ends the wait. As long as the judge cannot know, every event does. */
  readonly isWanted = (event: LoggedEvent): boolean => {
    const { judge, knowledge } = this.#options;
    if (knowledge && !knowledge.isLoaded) return true;
    const item = judge(event);
    if (item !== null) this.#awaited = { event, item };
    return item !== null;
  };

  /** What the subscriber gets of the next event, or null. */
  take(event: LoggedEvent): T | null {
    const awaited = this.#awaited;
    if (awaited && event.seq < awaited.event.seq) return null;
    this.#awaited = null;
    // An event that was read again may have lost its payload to an erasure.
    return awaited?.event === event ? awaited.item : this.#options.judge(event);
  }

  /** The events that were judged are of a stream that was replaced. */
  forget(): void {
    this.#awaited = null;
  }
}
