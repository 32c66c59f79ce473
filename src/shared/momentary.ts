const usualMs = 1_000;

/**
 * What is made for an object is given to all who ask for it within a moment, one second by default. Whoever asks later
 * gets a new one, so that nothing becomes older than that.
 */
export class Momentary<K extends object, V> {
  readonly #ms: number;
  readonly #now: () => number;
  readonly #known = new WeakMap<K, { value: V; until: number }>();

  constructor({ ms = usualMs, now = () => performance.now() } = {}) {
    this.#ms = ms;
    this.#now = now;
  }

  of(key: K, make: () => V): V {
    const now = this.#now();
    const known = this.#known.get(key);
    if (known && now < known.until) return known.value;
    const value = make();
    this.#known.set(key, { value, until: now + this.#ms });
    return value;
  }
}
