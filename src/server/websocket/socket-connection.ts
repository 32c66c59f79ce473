import type { IncomingMessage } from 'node:http';
import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ConnectionSlots } from '../connection-slots.ts';
import { closeExchange, type Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import type { ServerMetrics } from '../metrics.ts';
import type { WatchAccess } from '../server.ts';
import { closeFrameOf } from './close-codes.ts';
import type { LiveSocket } from './live-socket.ts';

/** What is kept of one socket. */
export type Connection = {
  readonly socket: LiveSocket;
  readonly request: IncomingMessage;
  /** Who it is; null until connection_init is answered. */
  entered: { viewer: Viewer; access: AbortSignal } | null;
  /** The operations that run over it, by their id. */
  readonly exchanges: Map<string, Exchange>;
  /** What is given back when it ends; null once it has ended. */
  held: (() => void)[] | null;
};

export function createConnection(socket: LiveSocket, request: IncomingMessage): Connection {
  return { socket, request, entered: null, exchanges: new Map(), held: [] };
}

export type EnterParts = { gate: Gate; slots: ConnectionSlots; watchAccess: WatchAccess };

/**
 * Lets the caller of a socket in by its connectionParams, and closes the socket when their access ends.
 * @throws AppError `UNAUTHENTICATED`; `RATE_LIMITED` when the token has all the connections it may have.
 */
export async function enterBySocket(
  app: App,
  { gate, slots, watchAccess }: EnterParts,
  { connection, params }: { connection: Connection; params: Record<string, unknown> },
): Promise<void> {
  const credentials = { authorization: textOf(params.authorization), tenant: textOf(params.tenant) };
  const viewer = await gate.enter(credentials, connection.request.socket.remoteAddress ?? '');
  // The caller may have left meanwhile.
  if (!connection.held) return;
  connection.held.push(slots.take(viewer));
  const access = watchAccess(app, viewer);
  connection.held.push(() => access[Symbol.dispose]());
  const end = () => {
    const frame = closeFrameOf(access.signal.reason as AppError);
    connection.socket.close(frame.code, frame.reason);
  };
  if (access.signal.aborted) return end();
  access.signal.addEventListener('abort', end, { once: true });
  connection.entered = { viewer, access: access.signal };
}

/** Writes the log line of an operation that has ended. */
export function closeOperation(app: App, metrics: ServerMetrics, { exchanges }: Connection, id: string): void {
  const exchange = exchanges.get(id);
  if (!exchange) return;
  exchanges.delete(id);
  closeExchange(exchange, app.log, metrics);
}

/** Gives back what the connection held, and ends its operations' log lines. */
export function closeConnection(app: App, metrics: ServerMetrics, connection: Connection): void {
  for (const id of [...connection.exchanges.keys()]) closeOperation(app, metrics, connection, id);
  for (const giveBack of connection.held ?? []) giveBack();
  connection.held = null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
