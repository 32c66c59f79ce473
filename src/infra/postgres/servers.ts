import { serverUrls } from '../../config/database-url.ts';

/**
 * The servers that may have the database, of which one at a time accepts writes. A component keeps to the server that
 * served it last, and goes on to the next one when a connection to it fails.
 */
export class Servers {
  readonly #urls: readonly string[];
  #current = 0;

  constructor(databaseUrl: string) {
    this.#urls = serverUrls(databaseUrl);
  }

  get count(): number {
    return this.#urls.length;
  }

  /** The URL of the server to connect to. */
  get current(): string {
    return this.#urls[this.#current] as string;
  }

  /** A connection to this server failed, or it is read-only. */
  leave(url: string): void {
    if (url === this.current) this.#current = (this.#current + 1) % this.#urls.length;
  }
}
