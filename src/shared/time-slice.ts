import { setImmediate } from 'node:timers/promises';

/** Shorter than what a subscriber or another request notices. */
const sliceMs = 2;

/** Keeps a long computation from holding up the other work of the process, if it calls `pause` often. */
export class TimeSlice {
  #endsMs = performance.now() + sliceMs;

  /** Lets other work run if the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() >= this.#endsMs) await this.end();
  }

  /** Lets other work run, before something that takes most of a slice. */
  async end(): Promise<void> {
    await setImmediate();
    this.#endsMs = performance.now() + sliceMs;
  }
}
