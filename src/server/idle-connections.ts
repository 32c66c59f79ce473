import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Tracks idle connections and can close them. Node's closeIdleConnections leaves out connections that have not been
 * used yet. Browsers open such connections in advance, and a shutdown would wait for them.
 */
export function trackIdleConnections(server: Server): { end(): void } {
  const idle = new Set<Socket>();
  let isEnding = false;
  const rest = (socket: Socket) => {
    if (isEnding) socket.destroy();
    else idle.add(socket);
  };
  server.on('connection', (socket) => {
    rest(socket);
    socket.once('close', () => idle.delete(socket));
  });
  server.on('request', ({ socket }, res) => {
    idle.delete(socket);
    res.once('close', () => rest(socket));
  });
  server.on('upgrade', ({ socket }) => idle.delete(socket));
  return {
    end() {
      isEnding = true;
      for (const socket of idle) socket.destroy();
    },
  };
}
