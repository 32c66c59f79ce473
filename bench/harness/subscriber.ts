import { WebSocket } from 'ws';

export type SubscriberOptions = { url: string; token: string; query: string; variables: Record<string, unknown> };

const readyMark = Buffer.from('"StreamReady"');
const changeMark = Buffer.from('"TaskChanged"');
const ackMark = Buffer.from('"connection_ack"');
const checkpointMark = Buffer.from('"StreamCheckpoint"');
const pingMark = Buffer.from('{"type":"ping"');

/** Milliseconds on a clock that all processes of a machine share. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** A subscriber over graphql-transport-ws that knows its payloads by a word in them, to leave the CPU to the server. */
export class Subscriber {
  /** Resolves when the subscription stands. */
  readonly ready: Promise<void>;
  readonly #socket: WebSocket;
  #stands: () => void = () => {};
  #fail: (error: Error) => void = () => {};
  /** When each change came that was not taken yet. */
  readonly #waiting: number[] = [];
  #take: ((arrival: number) => void) | null = null;

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
    return this.#waiting.length;
  }

  /** Takes one change, when it comes. @returns the time at which it was taken off the socket, see `clock`. */
  change(): Promise<number> {
    const arrival = this.#waiting.shift();
    if (arrival !== undefined) return Promise.resolve(arrival);
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
    if (take) take(clock());
    else this.#waiting.push(clock());
  }

  #broken(message: string): void {
    this.#fail(new Error(message));
    process.stderr.write(`${message}\n`);
  }
}
