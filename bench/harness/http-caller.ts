import { connect, type Socket } from 'node:net';

export type HttpRequest = { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string };

/** One kept connection with one request at a time. It parses no more of an answer than its end, to leave the CPU to what is measured. */
export class HttpCaller implements Disposable {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #encode: (body: string) => Buffer;
  #received: Buffer[] = [];
  #done: (answer: Buffer) => void = () => {};
  #failed: (error: Error) => void = () => {};
  #end: Error | null = null;

  constructor(url: URL, { method, headers = {}, body = '' }: HttpRequest) {
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    const all = Object.entries({ host: url.host, connection: 'keep-alive', ...headers });
    const head = `${method} ${url.pathname} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
    this.#encode = (text) => Buffer.from(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    this.#request = this.#encode(body);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#close(error));
    this.#socket.on('close', () => this.#close(new Error('The server closed the connection.')));
  }

  /** Sends the request, or the same with another body, and waits for the whole answer. A fast error is no answer. */
  async call(body?: string): Promise<void> {
    if (this.#end) throw this.#end;
    const answer = await new Promise<Buffer>((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#received = [];
      this.#socket.write(body === undefined ? this.#request : this.#encode(body));
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
