import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that loses connections, as networks do. */
export type CuttingProxy = AsyncDisposable & {
  port: number;
  /** Loses every open connection now. */
  cut(): void;
  /** How many connections were lost. */
  cuts(): number;
  /** Passes nothing on any more over the connections that are open, and does not lose them. @returns what ends that. */
  freeze(): () => void;
};

/**
 * Passes each connection on to `port` until so many bytes came back, then loses it in the middle of whatever was being
 * sent.
 */
export async function startCuttingProxy(port: number, bytesUntilCut: () => number): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  const servers = new Set<Socket>();
  let lost = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    let left = bytesUntilCut();
    const lose = () => {
      near.destroy();
      far.destroy();
      if (open.delete(near)) lost += 1;
    };
    open.add(near);
    servers.add(far);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      near.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) lose();
    });
    for (const socket of [near, far]) {
      socket.on('error', lose);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        open.delete(near);
        servers.delete(far);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    lost += open.size;
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    cuts: () => lost,
    freeze() {
      const frozen = [...servers];
      for (const socket of frozen) socket.pause();
      return () => {
        for (const socket of frozen) socket.resume();
      };
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
