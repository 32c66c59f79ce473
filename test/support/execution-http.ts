import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came in. */
export type ReceivedRequest = { method: string; path: string; headers: IncomingMessage['headers']; body: string };

/** A status, with headers if need be; `hold` is no answer until `release`. */
type Answer = number | 'hold' | { status: number; headers?: Record<string, string>; body?: string };

/** A real HTTP server on loopback that `http` steps talk to. */
export type HttpTarget = AsyncDisposable & {
  url: string;
  received: ReceivedRequest[];
  /** How many requests are held without an answer. */
  readonly held: number;
  /** Decides what is answered next, one entry for each request; then 200 again. */
  answerWith(...answers: Answer[]): void;
  /** Answers what is held. */
  release(): void;
};

export async function startHttpTarget(): Promise<HttpTarget> {
  const received: ReceivedRequest[] = [];
  const held = new Set<ServerResponse>();
  let next: Answer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      const given = next.shift() ?? 200;
      if (given !== 'hold') return answer(response, given);
      held.add(response);
      response.on('close', () => held.delete(response));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get held() {
      return held.size;
    },
    answerWith: (...answers) => {
      next = answers;
    },
    release: () => {
      for (const response of held) answer(response, 200);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, given: Exclude<Answer, 'hold'>): void {
  const answered = typeof given === 'number' ? { status: given } : given;
  const { status, headers = {}, body = JSON.stringify({ answered: status, items: [{ id: 7 }] }) } = answered;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}
