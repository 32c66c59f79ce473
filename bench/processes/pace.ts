import { setTimeout as delay } from 'node:timers/promises';
import { answerQuestions } from '../harness/answer.ts';
import { HttpCaller, type HttpRequest } from '../harness/http-caller.ts';

/** So many requests, one each `everyMs`, whether or not those before were answered; each of them in turn. */
export type Pace = { url: string; requests: HttpRequest[]; everyMs: number; count: number };

/** Before the first request, so that connections are not part of what is measured. */
const connectMs = 50;

/** Milliseconds from when each request was sent to its answer. */
answerQuestions(async ({ url, requests, everyMs, count }: Pace): Promise<number[]> => {
  const lines = requests.map((request) => new Line(url, request));
  await delay(connectMs);
  try {
    const startedAt = performance.now();
    const calls = Array.from({ length: count }, async (_, n) => {
      await delay(startedAt + n * everyMs - performance.now());
      return (lines[n % lines.length] as Line).call();
    });
    return await Promise.all(calls);
  } finally {
    for (const line of lines) line[Symbol.dispose]();
  }
});

/** The connections for one of the requests. */
class Line implements Disposable {
  readonly #open: () => HttpCaller;
  readonly #all: HttpCaller[] = [];
  readonly #idle: HttpCaller[] = [];

  constructor(url: string, request: HttpRequest) {
    this.#open = () => {
      const caller = new HttpCaller(new URL(url), request);
      this.#all.push(caller);
      return caller;
    };
    this.#idle.push(this.#open(), this.#open());
  }

  async call(): Promise<number> {
    const caller = this.#idle.pop() ?? this.#open();
    const sentAt = performance.now();
    await caller.call();
    this.#idle.push(caller);
    return performance.now() - sentAt;
  }

  [Symbol.dispose](): void {
    for (const caller of this.#all) caller[Symbol.dispose]();
  }
}
