import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from '../config/config.ts';
import { type Networks, unmapped } from '../infra/http/networks.ts';
import { networkOf } from './client-address.ts';
import type { ServerMetrics } from './metrics.ts';

/** How long a client may take for the headers of a request, and for taking a result. */
const headersMs = 10_000;
const resultMs = 60_000;
/** Enough time to upload the largest import over a connection with 2 Mbit/s. */
const uploadMs = 300_000;
/** A connection on which nothing moves for this long is closed. SSE streams have a heartbeat. */
const stallMs = 60_000;

/** Time limits of Node.js for connections. It closes what exceeds them within a second. */
export const connectionTimes = {
  headersTimeout: headersMs,
  requestTimeout: uploadMs,
  connectionsCheckingInterval: 1_000,
};

/** Bounds the connections of the process and of each network, and closes those that make no progress. */
export function boundConnections(
  server: Server,
  options: { limits: Limits; trustedProxies: Networks; metrics: ServerMetrics },
): void {
  const { limits, trustedProxies, metrics } = options;
  const open = new Map<string, number>();
  server.timeout = stallMs;
  server.maxConnections = limits.connections;
  server.on('drop', () => metrics.refusedConnections.inc({ limit: 'process' }));
  server.on('connection', (socket: Socket) => {
    const address = unmapped(socket.remoteAddress ?? '');
    if (trustedProxies.has(address)) return;
    const network = networkOf(address);
    const count = open.get(network) ?? 0;
    if (count >= limits.connectionsPerAddress) {
      metrics.refusedConnections.inc({ limit: 'address' });
      return void socket.destroy();
    }
    open.set(network, count + 1);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}

/** After a response that came before the end of the body, the rest of the body is read within these limits. */
const restMs = 2_000;
const restBytes = 1_000_000;
const restCheckMs = 100;

/**
 * Closes the connection if the rest of a body does not end soon after the response. It is not closed immediately,
 * because a client that is still sending would then not get the response.
 */
export function boundRestOfBody(req: IncomingMessage, res: ServerResponse): void {
  res.once('finish', () => {
    if (req.complete) return;
    const { socket } = req;
    const limit = socket.bytesRead + restBytes;
    const endAt = Date.now() + restMs;
    const check = setInterval(() => {
      if (req.complete || socket.destroyed) clearInterval(check);
      else if (Date.now() > endAt || socket.bytesRead > limit) socket.destroy();
    }, restCheckMs);
  });
}

/** Closes the connection if the client does not take a result in time. Until then, it is in memory. */
export function boundResult(res: ServerResponse): void {
  if (res.closed) return;
  const late = setTimeout(() => res.destroy(), resultMs);
  res.once('close', () => clearTimeout(late));
}
