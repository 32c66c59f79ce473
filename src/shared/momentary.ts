const usualMs = 1_000;

/**
 * What is made for a key is given to all who ask for it within a moment, at most one second by default, and dropped
 * after it. So nothing becomes older than that, and nothing stays in memory for as long as its key.
 */
export class Momentary<K extends object, V> {
  readonly #ms: number;
  readonly #values = new Map<K, V>();
  #endsMs = 0;

  constructor({ ms = usualMs } = {}) {
    this.#ms = ms;
  }

  of(key: K, make: () => V): V {
    // The timer is late while the process is busy.
    if (performance.now() >= this.#endsMs) this.#values.clear();
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = make();
    if (this.#values.size === 0) this.#begin();
    this.#values.set(key, value);
    return value;
  }

  #begin(): void {
    this.#endsMs = performance.now() + this.#ms;
    setTimeout(() => this.#end(), this.#ms).unref();
  }

  #end(): void {
    if (performance.now() >= this.#endsMs) this.#values.clear();
  }
}
