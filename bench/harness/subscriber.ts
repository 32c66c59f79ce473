import { WebSocket } from 'ws';

export type SubscriberOptions = { url: string; token: string; query: string; variables: Record<string, unknown> };

const readyMark = Buffer.from('"StreamReady"');
const changeMark = Buffer.from('"TaskChanged"');
const ackMark = Buffer.from('"connection_ack"');
const checkpointMark = Buffer.from('"StreamCheckpoint"');
const pingMark = Buffer.from('{"type":"ping"');

/** A subscriber over graphql-transport-ws that knows its payloads by a word in them, to leave the CPU to the server. */
export class Subscriber {
  /** Resolves when the subscription stands. */
  readonly ready: Promise<void>;
  readonly #socket: WebSocket;
  #stands: () => void = () => {};
  #fail: (error: Error) => void = () => {};
  #waiting = 0;
  #take: (() => void) | null = null;

  constructor({ url, token, query, variables }: SubscriberOptions) {
    this.ready = new Promise((resolve, reject) => {
      this.#stands = resolve;
      this.#fail = reject;
    });
    this.#socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    const send = (message: object) => this.#socket.send(JSON.stringify(message));
    this.#socket.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    this.#socket.on('message', (data: Buffer) => {
      if (data.includes(changeMark)) this.#changed();
      else if (data.includes(readyMark)) this.#stands();
      else if (data.includes(ackMark)) send({ id: '1', type: 'subscribe', payload: { query, variables } });
      else if (data.includes(pingMark)) send({ type: 'pong' });
      else if (!data.includes(checkpointMark)) this.#broken(`A subscriber got ${data.toString().slice(0, 500)}`);
    });
    this.#socket.on('error', (error) => this.#broken(error.message));
    this.#socket.on('close', (code, reason) => this.#broken(`A socket was closed: ${code} ${reason}`));
  }

  /** Changes that came and were not asked for. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes one change, when it comes. */
  change(): Promise<void> {
    if (this.#waiting > 0) {
      this.#waiting -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#take = resolve;
    });
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.close();
  }

  #changed(): void {
    const take = this.#take;
    this.#take = null;
    if (take) take();
    else this.#waiting += 1;
  }

  #broken(message: string): void {
    this.#fail(new Error(message));
    process.stderr.write(`${message}\n`);
  }
}
