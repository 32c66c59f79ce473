import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody uses just now. It is below those that systems give to outgoing connections, so that
 * it is still free when a process that had it starts again.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(15_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if (attempt < 20) continue;
      throw error;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
