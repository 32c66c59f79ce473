import { once } from 'node:events';
import { startThread } from '../../infra/thread.ts';
import { AppError } from '../../shared/errors.ts';
import type { ThreadAnswer, ThreadMessage } from './parse-thread.ts';

/** Many times what the limits of a row allow. A thread that reaches it ends, and the process goes on. */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/** A thread that waits for the next file. Most files are small, so starting a thread would take most of the time. */
let idle: ParserThread | null = null;

/** A thread that parses one file at a time. Disposing of it ends it, unless it was released. */
export class ParserThread implements AsyncDisposable {
  readonly #thread = startThread('./parse-thread', import.meta.url, { resourceLimits });
  #error: unknown = null;
  #isReleased = false;

  private constructor() {
    this.#thread.on('error', (error) => {
      this.#error = error;
      if (idle === this) idle = null;
    });
  }

  static take(): ParserThread {
    const parser = idle ?? new ParserThread();
    idle = null;
    parser.#isReleased = false;
    parser.#thread.ref();
    return parser;
  }

  /** Sends an answer and waits for the next message. @throws AppError `INVALID_INPUT` if it ran out of memory. */
  async ask(answer: ThreadAnswer | Buffer): Promise<ThreadMessage> {
    // A buffer can be a small part of a large one, and all of that would be sent.
    const sent = Buffer.isBuffer(answer) ? Uint8Array.from(answer) : answer;
    this.#thread.postMessage(sent, sent instanceof Uint8Array ? [sent.buffer as ArrayBuffer] : []);
    try {
      const [message] = await once(this.#thread, 'message');
      return message;
    } catch (error) {
      throw isOutOfMemory(error) ? new AppError('INVALID_INPUT', tooMuch, { cause: error }) : error;
    }
  }

  /** It has parsed its file to the end, and can parse another one. */
  release(): void {
    if (idle || this.#error) return;
    idle = this;
    this.#isReleased = true;
    // A process with nothing else to do ends.
    this.#thread.unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isReleased) await this.#thread.terminate();
  }
}

const tooMuch = 'The file cannot be read, because a part of it needs too much memory. Split it.';

function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
