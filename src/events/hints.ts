import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../shared/ids.ts';

/**
 * Hints say that there are new events. They contain no event and may be lost or repeated. `appended` wakes the
 * sequencer, `numbered` wakes the readers of those tenants, `ready` wakes workers to claim executions of those tenants,
 * `access` removes remembered viewers with these ids.
 */
export type Hint =
  | { topic: 'ready'; tenantIds: readonly string[] | 'all' }
  | { topic: 'appended' }
  | { topic: 'numbered'; tenantIds: readonly string[] | 'all' }
  | { topic: 'access'; ids: readonly string[] | 'all' };

/** Returns true if the hint was handled and does not need to be sent to other processes. */
type HintListener = (hint: Hint) => boolean;

/** How hints travel between processes: LISTEN/NOTIFY, or Redis. */
type HintTransport = AsyncDisposable & {
  publish(text: string): Promise<void>;
  /** @throws if the transport does not respond. */
  check(): Promise<void>;
};
export type OpenHintTransport = (onText: (text: string) => void) => HintTransport;

/** The time between two hints to other processes, in which further ones are merged. */
const restMs = 5;

/** A notification of PostgreSQL holds 8,000 bytes; a uuid with its quotes and comma takes 39. */
const maxNamed = 200;

/**
 * Delivers hints to this process immediately and to the others in the background. Hints that arrive while one is being
 * sent, or within a few milliseconds after it, are merged into the next.
 */
export class HintBus implements AsyncDisposable {
  readonly #listeners = new Set<HintListener>();
  readonly #transport: HintTransport;
  readonly #onError: (error: unknown) => void;
  /** The sending process has already handled the hint and ignores its echo. */
  readonly #self = newId();
  #appended = false;
  #tenants = new Set<string>();
  #ready = new Set<string>();
  #isAnyReady = false;
  #access = new Set<string>();
  #sending: Promise<void> | null = null;

  constructor(open: OpenHintTransport, onError: (error: unknown) => void) {
    this.#onError = onError;
    this.#transport = open((text) => {
      const { from, hint } = JSON.parse(text) as { from: string; hint: Hint };
      if (from !== this.#self) this.#deliver(hint);
    });
  }

  /** @returns a function that removes the listener. */
  listen(listener: HintListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Call it after a commit, never inside a transaction: NOTIFY in a transaction serializes commits. */
  appended(): void {
    if (this.#deliver({ topic: 'appended' })) return;
    this.#appended = true;
    this.#send();
  }

  /** Call it after the commit of a change of the rights of users, tokens or invitations. */
  accessChanged(ids: readonly string[]): void {
    for (const id of ids) this.#access.add(id);
    this.#deliver({ topic: 'access', ids });
    this.#send();
  }

  /** Call it after the commit that made executions ready, once for each. */
  ready(tenantIds: readonly string[] | 'all'): void {
    if (this.#deliver({ topic: 'ready', tenantIds })) return;
    if (tenantIds === 'all') this.#isAnyReady = true;
    else for (const id of tenantIds) this.#ready.add(id);
    this.#send();
  }

  numbered(tenantIds: readonly string[]): void {
    for (const id of tenantIds) this.#tenants.add(id);
    this.#deliver({ topic: 'numbered', tenantIds });
    this.#send();
  }

  /** @throws if what carries the hints does not respond. */
  check(): Promise<void> {
    return this.#transport.check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    await this.#sending;
    await this.#transport[Symbol.asyncDispose]();
  }

  #deliver(hint: Hint): boolean {
    let isDone = false;
    for (const listener of this.#listeners) isDone = listener(hint) || isDone;
    return isDone;
  }

  #send(): void {
    this.#sending ??= this.#sendWaiting().finally(() => {
      this.#sending = null;
    });
  }

  async #sendWaiting(): Promise<void> {
    // Yielding first lets the hints of one tick be sent together.
    await Promise.resolve();
    for (let hint = this.#takeWaiting(); hint; hint = this.#takeWaiting()) {
      // A lost hint delays by one second: every process also polls.
      await this.#transport.publish(JSON.stringify({ from: this.#self, hint })).catch(this.#onError);
      await delay(restMs);
    }
  }

  #takeWaiting(): Hint | null {
    if (this.#access.size > 0) return { topic: 'access', ids: takeNames(this.#access) };
    if (this.#isAnyReady || this.#ready.size > 0) {
      const named = takeNames(this.#ready);
      const tenantIds = this.#isAnyReady ? 'all' : named;
      this.#isAnyReady = false;
      return { topic: 'ready', tenantIds };
    }
    if (this.#tenants.size > 0) return { topic: 'numbered', tenantIds: takeNames(this.#tenants) };
    if (!this.#appended) return null;
    this.#appended = false;
    return { topic: 'appended' };
  }
}

/** Empties the set. */
function takeNames(names: Set<string>): string[] | 'all' {
  const taken = names.size > maxNamed ? 'all' : [...names];
  names.clear();
  return taken;
}
