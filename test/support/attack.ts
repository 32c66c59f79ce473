import { expect } from 'vitest';
import type { Figures, MeasuredServer } from './measured-server.ts';

/** A request to /graphql: a body for POST, or a URL for GET. */
export type AttackRequest = { body: string | object } | { search: string };

type Answer = { status: number; text: string };

export async function sendAttack(url: string, token: string, request: AttackRequest): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response =
    'search' in request
      ? await fetch(`${url}/graphql?${request.search}`, { headers })
      : await fetch(`${url}/graphql`, { method: 'POST', headers, body: textOf(request.body) });
  return { status: response.status, text: await response.text() };
}

function textOf(body: string | object): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

const attempts = 5;

/**
 * Expects that work stays below every limit in one of five attempts: the compiler and the garbage collector add to some
 * attempts, and what is expensive is so in each. `work` is told the attempt, so that it can differ each time.
 * @returns the result of the attempt that stayed below.
 */
export async function expectCostBelow<T>(
  { measure }: Pick<MeasuredServer, 'measure'>,
  limits: Partial<Figures>,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  const names = Object.keys(limits) as (keyof Figures)[];
  const seen: Figures[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { result, ...figures } = await measure(() => work(attempt));
    if (names.every((name) => figures[name] < (limits[name] ?? 0))) {
      return result;
    }
    seen.push(figures);
  }
  expect.fail(`No attempt stayed below ${JSON.stringify(limits)}: ${JSON.stringify(seen)}`);
}

/**
 * Expects that a request costs little: less than a second of CPU, an answer below 1 MB, no slice of the main thread over
 * 20 ms. It is sent once before, which loads and compiles code. @returns the last answer.
 */
export async function expectLittleCost(
  server: Pick<MeasuredServer, 'url' | 'measure'>,
  token: string,
  request: (attempt: number) => AttackRequest,
): Promise<Answer> {
  const send = (attempt: number) => sendAttack(server.url, token, request(attempt));
  await send(0);
  const answer = await expectCostBelow(server, { cpuMs: 1_000, longestSliceMs: 20 }, send);
  expect(answer.text.length).toBeLessThan(1_000_000);
  return answer;
}
