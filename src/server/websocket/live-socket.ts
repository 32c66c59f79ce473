import type { Writable } from 'node:stream';
import type { WebSocket as GraphQLSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { closeCodes } from './close-codes.ts';
import type { SendTurns } from './send-turns.ts';

/** While fewer bytes than this are buffered, the next result is requested without waiting. */
const roomBytes = 64 * 1024;
/** A socket with more buffered bytes than this is a slow consumer. */
const maxBufferedBytes = 1024 * 1024;
/** A closed socket may hold unsent data for this many times `stallMs`. */
const slowCloseFactor = 8;

export type SocketTimes = {
  /** A socket that answers no ping for this long is terminated. */
  keepAliveMs: number;
  /** A socket that accepts no data for this long is closed. */
  stallMs: number;
};

/**
 * One open WebSocket: adapts it for graphql-ws and checks that the client is alive and reads. `onEnd` is called once
 * when either side closes the socket. Its subscriptions end then, whether or not the client still responds.
 */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #stream: Writable;
  readonly #times: SocketTimes;
  readonly #turns: SendTurns;
  readonly #onEnd: (code: number, reason: string) => void;
  #isEnded = false;
  #unsent = 0;
  /** The messages of the last turn of the event loop in which there were any. */
  #gathered = 0;
  #gatheredIn = -1;
  #sentAt = 0;
  #heardAt = Date.now();
  #closedAt: number | null = null;

  constructor(
    { socket, stream }: { socket: WebSocket; stream: Writable },
    { times, turns }: { times: SocketTimes; turns: SendTurns },
    onEnd: (code: number, reason: string) => void,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#times = times;
    this.#turns = turns;
    this.#onEnd = onEnd;
    const heard = () => {
      this.#heardAt = Date.now();
    };
    socket.on('pong', heard);
    socket.on('message', heard);
    socket.once('close', (code, reason) => this.#end(code, reason.toString()));
    // 'close' follows every 'error', such as a message that is too large.
    socket.on('error', () => {});
  }

  /**
   * The interface for graphql-ws. After closing, further messages are ignored: the client may have sent them without
   * waiting.
   */
  get transport(): GraphQLSocket {
    return {
      protocol: this.#socket.protocol,
      send: async (text) => {
        await this.send(text);
      },
      close: (code, reason) => this.close(code ?? closeCodes.failed, reason ?? ''),
      onMessage: (take) => {
        this.#socket.on('message', (data) => {
          if (this.#isEnded) return;
          take(data.toString()).catch(() => this.close(closeCodes.failed, 'Internal error'));
        });
      },
    };
  }

  /** The ping frames of the client, which are answered automatically. */
  onPing(take: () => void): void {
    this.#socket.on('ping', take);
  }

  close(code: number, reason: string): void {
    this.#closedAt ??= Date.now();
    this.#socket.close(code, reason);
    this.#end(code, reason);
  }

  /** Called periodically: pings, and terminates a socket whose client is silent or does not read. */
  check(now: number): void {
    const { keepAliveMs, stallMs } = this.#times;
    if (this.#closedAt !== null) {
      if (now - this.#closedAt > this.#closingMs) this.#socket.terminate();
    } else if (this.#unsent > 0 && now - this.#sentAt > stallMs) {
      this.#closeSlow();
    } else if (now - this.#heardAt > 2 * keepAliveMs) {
      this.#socket.terminate();
    } else if (now - this.#heardAt > keepAliveMs) {
      this.#socket.ping();
    }
  }

  /**
   * How long the client has to accept a close. While earlier data is still buffered, a slow consumer has not even
   * received the code that tells it to resume.
   */
  get #closingMs(): number {
    return this.#stream.writableLength > 0 ? slowCloseFactor * this.#times.stallMs : this.#times.stallMs;
  }

  /** Sends a message. If the socket has no room for more, the result resolves when it has taken this one. */
  send(text: string): Promise<void> | null {
    if (this.#isEnded) return null;
    if (this.#unsent === 0) this.#sentAt = Date.now();
    this.#unsent += 1;
    this.#gather();
    if (this.#socket.bufferedAmount + text.length < roomBytes) {
      this.#socket.send(text, this.#onSent);
      return null;
    }
    return new Promise((resolve) => {
      this.#socket.send(text, () => {
        this.#onSent();
        resolve();
      });
      const waiting = this.#socket.bufferedAmount;
      if (waiting < roomBytes) resolve();
      else if (waiting > maxBufferedBytes) this.#closeSlow();
    });
  }

  readonly #onSent = (): void => {
    this.#unsent -= 1;
    this.#sentAt = Date.now();
  };

  /** The first message of a turn is sent immediately; later messages of the same turn are sent together. */
  #gather(): void {
    const turn = this.#turns.current();
    if (turn !== this.#gatheredIn) {
      this.#gatheredIn = turn;
      this.#gathered = 0;
    }
    this.#gathered += 1;
    if (this.#gathered === 2) this.#turns.holdBack(this.#stream);
  }

  #closeSlow(): void {
    this.close(closeCodes.slowConsumer, 'Slow consumer: connect again and resume');
  }

  #end(code: number, reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd(code, reason);
  }
}
