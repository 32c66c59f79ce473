import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { App } from '../../app.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { isHostAllowed, isOriginAllowed } from '../host-rules.ts';
import { requestPath } from '../request-path.ts';
import { closeCodes } from './close-codes.ts';
import { LiveSocket, type SocketTimes } from './live-socket.ts';
import { SendTurns } from './send-turns.ts';
import { createWebSocketServer, type WebSocketParts } from './websocket.ts';

type Sockets = {
  /** Accepts or rejects a request to upgrade to WebSocket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /**
   * Closes all sockets with 1001, so that their clients connect elsewhere. Resolves when they are closed, or terminated
   * after a time limit.
   */
  drain(): Promise<void>;
};

const protocol = 'graphql-transport-ws';
const maxTimerMs = 2 ** 31 - 1;
/** How long the client has to acknowledge that a socket is closed. */
const closeMs = 2_000;

/** The WebSockets of the server: which requests are accepted, and how sockets end. */
export function createSockets(app: App, parts: WebSocketParts, times: SocketTimes): Sockets {
  const { http, limits } = app.config;
  const graphql = createWebSocketServer(app, parts);
  const open = new Map<WebSocket, LiveSocket>();
  const turns = new SendTurns();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytes,
    clientTracking: false,
    // LiveSocket decides how long a closed socket may take to send its buffered data.
    ...({ closeTimeout: maxTimerMs } satisfies { closeTimeout: number }),
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  const checkMs = Math.min(1_000, times.stallMs / 4, times.keepAliveMs / 4);
  const checks = setInterval(() => {
    const now = Date.now();
    for (const socket of open.values()) socket.check(now);
  }, checkMs);

  function accept(webSocket: WebSocket, request: IncomingMessage): void {
    let closed = async (_code: number, _reason: string) => {};
    const ends = { socket: webSocket, stream: request.socket };
    const socket = new LiveSocket(ends, { times, turns }, (code, reason) => {
      closed(code, reason).catch((error: unknown) => app.log.error({ err: error }, 'A WebSocket could not be closed.'));
    });
    open.set(webSocket, socket);
    parts.metrics.sockets.set(open.size);
    webSocket.once('close', () => {
      open.delete(webSocket);
      parts.metrics.sockets.set(open.size);
    });
    closed = graphql.opened(socket, request);
  }

  return {
    upgrade(request, stream, head) {
      const { host, origin } = request.headers;
      if (!isHostAllowed(http, host))
        return refuse(
          stream,
          '421 Misdirected Request',
          new AppError('INVALID_INPUT', 'This host name is not allowed.'),
        );
      if (!isOriginAllowed(http, origin, host))
        return refuse(stream, '403 Forbidden', new AppError('FORBIDDEN', 'Pages of this origin are not allowed.'));
      if (requestPath(request.url) !== '/graphql')
        return refuse(stream, '404 Not Found', new AppError('NOT_FOUND', 'WebSockets are served at /graphql.'));
      server.handleUpgrade(request, stream, head, accept);
    },
    async drain() {
      const sockets = [...open.keys()];
      const allClosed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
      for (const socket of open.values()) socket.close(closeCodes.goingAway, 'Going away: connect again and resume');
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, closeMs);
      await allClosed;
      clearTimeout(cut);
      clearInterval(checks);
      server.close();
    },
  };
}

/** In the form that errors have everywhere. */
function refuse(stream: Duplex, status: string, { message, code }: AppError): void {
  const requestId = newId();
  const body = JSON.stringify({ errors: [{ message, extensions: { code, requestId } }] });
  stream.on('error', () => {});
  stream.end(
    [
      `HTTP/1.1 ${status}`,
      'content-type: application/json; charset=utf-8',
      `x-request-id: ${requestId}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
    // The client may keep its half of the connection open, and nothing else would close it.
    () => stream.destroy(),
  );
}
