import type { LogPage } from './log.ts';

const pageEvents = 500;
/** What was read ahead is not used later than this: events may have lost their payloads to an erasure meanwhile. */
const usableMs = 1_000;

type ReadPage = (after: bigint, limit: number) => Promise<LogPage>;

/** The log in pages, for a subscriber that is behind. The next page is read while the subscriber takes the one before. */
export class LogPages {
  readonly #read: ReadPage;
  #ahead: { after: bigint; page: Promise<LogPage>; usableUntil: number } | null = null;

  constructor(read: ReadPage) {
    this.#read = read;
  }

  async after(seq: bigint): Promise<LogPage> {
    const reading = this.#pageAfter(seq);
    this.#ahead = null;
    const page = await reading;
    if (page.events.length === pageEvents) this.#readAhead(page.through);
    return page;
  }

  #pageAfter(seq: bigint): Promise<LogPage> {
    const ahead = this.#ahead;
    const isUsable = ahead?.after === seq && performance.now() < ahead.usableUntil;
    return isUsable ? ahead.page : this.#read(seq, pageEvents);
  }

  #readAhead(after: bigint): void {
    const page = this.#read(after, pageEvents);
    // If it fails, whoever takes it gets the error.
    page.catch(() => {});
    this.#ahead = { after, page, usableUntil: performance.now() + usableMs };
  }
}
