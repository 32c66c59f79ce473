import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The network between a client and a server on this machine, as it is on bad days. */
export type Network = AsyncDisposable & {
  /** Where clients connect. */
  readonly port: number;
  /** Whatever is sent from now on arrives so much later. */
  delay(ms: number): void;
  /** Loses every connection, and each new one until `restore`. */
  cut(): void;
  restore(): void;
  /** Keeps all connections and lets nothing through any more. */
  swallow(): void;
  /** Loses every connection; new ones lead to the server at this port of 127.0.0.1. */
  leadTo(port: number): void;
};

export async function openNetwork(port: number): Promise<Network> {
  const state = { port, delayMs: 0, isCut: false, isSwallowing: false };
  const open = new Set<Socket>();
  const lose = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((near) => {
    if (state.isCut) return void near.destroy();
    const far = connect(state.port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      pass(from, to, state);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => {
      state.delayMs = ms;
    },
    cut: () => {
      state.isCut = true;
      lose();
    },
    restore: () => {
      state.isCut = false;
    },
    swallow: () => {
      state.isSwallowing = true;
    },
    leadTo: (other) => {
      state.port = other;
      lose();
    },
    [Symbol.asyncDispose]: async () => {
      lose();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Nothing overtakes what was sent before it, also when the delay becomes shorter. */
function pass(from: Socket, to: Socket, state: { delayMs: number; isSwallowing: boolean }): void {
  let dueMs = 0;
  const later = (act: () => void) => {
    dueMs = Math.max(dueMs, performance.now() + state.delayMs);
    const waitMs = dueMs - performance.now();
    if (waitMs <= 0) act();
    else setTimeout(act, waitMs);
  };
  from.on('data', (chunk) => later(() => state.isSwallowing || to.write(chunk)));
  from.on('end', () => later(() => to.end()));
}
