import type { Writable } from 'node:stream';

/** The turns of the event loop, for all sockets together: one check for each turn in which anything is sent. */
export class SendTurns {
  readonly #heldBack: Writable[] = [];
  #turn = 0;
  #isWatched = false;

  /** A number that differs for each turn. */
  current(): number {
    if (!this.#isWatched) {
      this.#isWatched = true;
      setImmediate(() => this.#end());
    }
    return this.#turn;
  }

  /** What is written to the stream is sent together at the end of the turn. */
  holdBack(stream: Writable): void {
    stream.cork();
    this.#heldBack.push(stream);
  }

  #end(): void {
    this.#turn += 1;
    this.#isWatched = false;
    for (const stream of this.#heldBack.splice(0)) stream.uncork();
  }
}
