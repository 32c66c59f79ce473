import type { ExecutionApp } from './append-events.ts';
import { appendLog, type LogAuthor, type LogPiece } from './append-log.ts';

/** What is written within this time is appended together. */
const flushMs = 200;
const pieceCharacters = 8_000;
/** A step that writes more than this in one attempt is cut short; the log says so. */
const maxCharacters = 1_000_000;

/** The log of one attempt: pieces are gathered and appended in batches, in the order of writing. */
export class StepLog {
  readonly #app: ExecutionApp;
  readonly #author: LogAuthor;
  #waiting: LogPiece[] = [];
  #characters = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #appending: Promise<void> = Promise.resolve();

  constructor(app: ExecutionApp, author: LogAuthor) {
    this.#app = app;
    this.#author = author;
  }

  /** Takes a piece; after `close` it does nothing. */
  write(text: string): void {
    if (this.#isClosed || text === '' || this.#characters > maxCharacters) return;
    this.#characters += text.length;
    const taken = this.#characters > maxCharacters ? '(The step wrote more than is stored.)' : text;
    const at = this.#app.clock.now();
    for (const piece of pieces(taken)) this.#waiting.push({ text: piece, at });
    this.#timer ??= setTimeout(() => this.#flush(), flushMs);
  }

  /** Takes nothing more. Everything taken is appended when the promise resolves, as far as the lease allowed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flush();
    await this.#appending;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const taken = this.#waiting;
    if (taken.length === 0) return;
    this.#waiting = [];
    this.#appending = this.#appending.then(() => this.#append(taken));
  }

  /** A log is no reason to fail a step: what cannot be written is reported and left out. */
  async #append(taken: LogPiece[]): Promise<void> {
    try {
      if (!(await appendLog(this.#app, this.#author, taken))) this.#isClosed = true;
    } catch (error) {
      this.#app.log.warn({ err: error, execution: this.#author.id }, 'A part of a log could not be written.');
    }
  }
}

/** Cut between characters, not within a surrogate pair; PostgreSQL keeps no NUL in a text. */
function pieces(text: string): string[] {
  return text.replaceAll('\0', '').match(new RegExp(`.{1,${pieceCharacters}}`, 'gsu')) ?? [];
}
