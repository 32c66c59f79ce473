import { connect, type Socket } from 'node:net';

export type HttpRequest = { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string };

/** One kept connection with one request at a time. It parses no more of an answer than its end, to leave the CPU to what is measured. */
export class HttpCaller implements Disposable {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #received: Buffer[] = [];
  #done: (answer: Buffer) => void = () => {};
  #failed: (error: Error) => void = () => {};
  #end: Error | null = null;

  constructor(url: URL, { method, headers = {}, body = '' }: HttpRequest) {
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    const all = { host: url.host, connection: 'keep-alive', 'content-length': Buffer.byteLength(body), ...headers };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#request = Buffer.from(`${method} ${url.pathname} HTTP/1.1\r\n${head.join('')}\r\n${body}`);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#close(error));
    this.#socket.on('close', () => this.#close(new Error('The server closed the connection.')));
  }

  /** Sends the request and waits for the whole answer. A fast error is no answer. */
  async call(): Promise<void> {
    if (this.#end) throw this.#end;
    const answer = await new Promise<Buffer>((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#received = [];
      this.#socket.write(this.#request);
    });
    if (answer.includes('HTTP/1.1 200') && !answer.includes('"errors"')) return;
    throw new Error(`The server answered: ${answer.toString().slice(0, 2_000)}`);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #close(error: Error): void {
    this.#end ??= error;
    this.#failed(this.#end);
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    const answer = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    if (this.#received.length > 1) this.#received = [answer];
    if (isWhole(answer)) this.#done(answer);
  }
}

const endOfHead = Buffer.from('\r\n\r\n');
const endOfChunks = Buffer.from('\r\n0\r\n\r\n');

function isWhole(answer: Buffer): boolean {
  const at = answer.indexOf(endOfHead);
  if (at < 0) return false;
  const head = answer.toString('latin1', 0, at);
  const length = /\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return answer.length >= at + endOfHead.length + Number(length);
  return answer.subarray(-endOfChunks.length).equals(endOfChunks);
}
