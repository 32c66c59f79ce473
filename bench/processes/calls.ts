import { answerQuestions } from '../harness/answer.ts';
import { HttpCaller, type HttpRequest } from '../harness/http-caller.ts';

/** The same request with each of these bodies, once. */
export type Calls = { url: string; request: HttpRequest; bodies: string[]; callers: number };
/** Milliseconds of each call, as they ended, and of all. */
export type CallsResult = { ms: number[]; allMs: number };

answerQuestions(async ({ url, request, bodies, callers }: Calls): Promise<CallsResult> => {
  const open = Array.from({ length: callers }, () => new HttpCaller(new URL(url), request));
  const left = bodies.values();
  const ms: number[] = [];
  const callAll = async (caller: HttpCaller) => {
    for (const body of left) {
      const startedAt = performance.now();
      await caller.call(body);
      ms.push(performance.now() - startedAt);
    }
  };
  try {
    const startedAt = performance.now();
    await Promise.all(open.map(callAll));
    return { ms, allMs: performance.now() - startedAt };
  } finally {
    for (const caller of open) caller[Symbol.dispose]();
  }
});
