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
 * Expects that a request costs little: less than a second of CPU, an answer below 1 MB, no slice of the main thread over
 * 20 ms. The lowest of several attempts counts, since the compiler and the garbage collector add to some. `request` is
 * called for each attempt, so that it can be another document each time. @returns the last answer.
 */
export async function expectLittleCost(
  { url, measure }: Pick<MeasuredServer, 'url' | 'measure'>,
  token: string,
  request: (attempt: number) => AttackRequest,
): Promise<Answer> {
  const figures: Figures[] = [];
  let last: Answer = await sendAttack(url, token, request(0));
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const { result, ...figure } = await measure(() => sendAttack(url, token, request(attempt)));
    figures.push(figure);
    last = result;
  }
  const lowest = (name: keyof Figures) => Math.min(...figures.map((figure) => figure[name]));
  expect(lowest('cpuMs')).toBeLessThan(1_000);
  expect(lowest('longestSliceMs')).toBeLessThan(20);
  expect(last.text.length).toBeLessThan(1_000_000);
  return last;
}
