import { answerQuestions } from '../harness/answer.ts';
import { HttpCaller, type HttpRequest } from '../harness/http-caller.ts';

/** Callers that send the same request again and again for a while. */
export type Load = { url: string; request: HttpRequest; callers: number; warmMs: number; ms: number };
/** `calls` counts all, `perSecond` those after the warm-up. */
export type Turn = { calls: number; perSecond: number };

answerQuestions(async ({ url, request, callers, warmMs, ms }: Load): Promise<Turn> => {
  const open = Array.from({ length: callers }, () => new HttpCaller(new URL(url), request));
  try {
    const warm = await callFor(open, warmMs);
    const startedAt = performance.now();
    const calls = await callFor(open, ms);
    return { calls: warm + calls, perSecond: (calls * 1000) / (performance.now() - startedAt) };
  } finally {
    for (const caller of open) caller[Symbol.dispose]();
  }
});

async function callFor(callers: readonly HttpCaller[], ms: number): Promise<number> {
  const until = performance.now() + ms;
  let calls = 0;
  const callAgain = async (caller: HttpCaller) => {
    while (performance.now() < until) {
      await caller.call();
      calls += 1;
    }
  };
  await Promise.all(callers.map(callAgain));
  return calls;
}
