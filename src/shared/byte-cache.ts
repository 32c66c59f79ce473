type Entry<V> = { value: V; bytes: number };

/**
 * A cache whose entries take at most `maxBytes` together, as those who add them weigh them. The entry that was not used
 * for the longest time is dropped first.
 */
export class ByteCache<K, V> {
  readonly #maxBytes: number;
  /** The least recently used entry first: a Map is ordered by insertion. */
  readonly #entries = new Map<K, Entry<V>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Adds or replaces an entry. One that alone exceeds the cache is not kept. */
  set(key: K, value: V, bytes: number): void {
    this.delete(key);
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.delete(oldest);
    }
  }

  /** Drops every entry with such a value. */
  deleteWhere(isDropped: (value: V) => boolean): void {
    for (const [key, { value }] of this.#entries) if (isDropped(value)) this.delete(key);
  }

  delete(key: K): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
