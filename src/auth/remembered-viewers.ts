import { ByteCache } from '../shared/byte-cache.ts';
import type { Clock } from '../shared/clock.ts';
import type { Viewer } from './viewer.ts';

/** A viewer whose hint is lost keeps rights that have ended for at most this long. */
const rememberedMs = 1_000;
/** 10,000 viewers. */
const maxBytes = 5_000_000;
const bytesPerViewer = 500;

type Entry = { viewer: Viewer; untilMs: number };

/**
 * The viewers of recent requests, so that a burst of requests authenticates once. The time runs from before the
 * database was asked. What the log tells of their access removes them earlier; a viewer who was being read at that
 * moment is not remembered.
 */
export class RememberedViewers {
  readonly #clock: Clock;
  readonly #entries = new ByteCache<string, Entry>(maxBytes);
  #removals = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The viewer with this key, or the one that `find` returns. */
  async get(key: string, find: () => Promise<Viewer>): Promise<Viewer> {
    const known = this.#entries.get(key);
    if (known && this.#isCurrent(known)) return known.viewer;
    const removals = this.#removals;
    const untilMs = performance.now() + rememberedMs;
    const viewer = await find();
    if (removals === this.#removals) this.#entries.set(key, { viewer, untilMs }, bytesPerViewer);
    return viewer;
  }

  /** Removes the viewers with one of these ids: of a user, a token or an invitation. */
  remove(ids: readonly string[] | 'all'): void {
    this.#removals += 1;
    const changed = new Set<string | null>(ids === 'all' ? [] : ids);
    this.#entries.deleteWhere(
      ({ viewer }) => ids === 'all' || changed.has(viewer.userId) || changed.has(viewer.tokenId),
    );
  }

  #isCurrent({ viewer: { expiresAt }, untilMs }: Entry): boolean {
    return performance.now() < untilMs && (expiresAt === null || expiresAt > this.#clock.now());
  }
}
