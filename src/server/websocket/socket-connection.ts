import type { IncomingMessage } from 'node:http';
import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ClientAddress } from '../client-address.ts';
import { closeExchange, type Exchange } from '../exchange.ts';
import type { Gate, WatchAccess } from '../gate.ts';
import type { ServerMetrics } from '../metrics.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import type { Slots } from '../slots.ts';
import { closeFrameOf } from './close-codes.ts';
import type { LiveSocket } from './live-socket.ts';
import type { RunningOperation } from './operation-order.ts';

/** The state of one socket. */
export type Connection = {
  readonly socket: LiveSocket;
  readonly request: IncomingMessage;
  /** The authenticated client; null until connection_init is acknowledged. */
  entered: { viewer: Viewer; access: AbortSignal } | null;
  /** How many messages came before that. */
  earlyMessages: number;
  /** The operations that run over it, by their id. */
  readonly running: Map<string, RunningOperation>;
  /** The log entry of each operation. */
  readonly exchanges: Map<string, Exchange>;
  /** The result streams of its subscriptions, which end with the socket. */
  readonly streams: Map<string, AsyncIterator<unknown>>;
  /** The ids of operations with a single result that is still to be sent. */
  readonly singles: Set<string>;
  /** What is released when the socket ends; null once it has ended. */
  held: (() => void)[] | null;
};

export function createConnection(socket: LiveSocket, request: IncomingMessage): Connection {
  return {
    socket,
    request,
    entered: null,
    earlyMessages: 0,
    running: new Map(),
    exchanges: new Map(),
    streams: new Map(),
    singles: new Set(),
    held: [],
  };
}

export type EnterParts = {
  gate: Gate;
  addressOf: ClientAddress;
  rateLimits: RateLimits;
  streams: Slots;
  watchAccess: WatchAccess;
};

/**
 * Authenticates a socket by its connectionParams, and closes it when the access ends. @throws AppError
 * `UNAUTHENTICATED`; `RATE_LIMITED` if the member has too many connections or connects too often.
 */
export async function enterBySocket(
  app: App,
  { gate, addressOf, rateLimits, streams, watchAccess }: EnterParts,
  { connection, params }: { connection: Connection; params: Record<string, unknown> },
): Promise<void> {
  const { request } = connection;
  const viewer = await gate.enter(credentialsOf(params, request), addressOf(request));
  await rateLimits.countRequest(viewer);
  // The client may have disconnected in the meantime.
  if (!connection.held) return;
  connection.held.push(streams.take(viewer));
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

/** Forgets an operation that has ended, and writes its log line. */
export function closeOperation(app: App, metrics: ServerMetrics, connection: Connection, id: string): void {
  const { exchanges, streams, singles } = connection;
  streams.delete(id);
  singles.delete(id);
  const exchange = exchanges.get(id);
  if (!exchange) return;
  exchanges.delete(id);
  closeExchange(exchange, app.log, metrics);
}

/**
 * Registers the results of a subscription with its socket. If the socket was closed in the meantime, they end
 * immediately.
 */
export function keepStream({ held, streams }: Connection, id: string, stream: AsyncIterator<unknown>): void {
  if (held) streams.set(id, stream);
  else void stream.return?.();
}

/** Releases the slot of the connection, ends its subscriptions and writes the log lines of its operations. */
export function closeConnection(app: App, metrics: ServerMetrics, connection: Connection): void {
  for (const stream of connection.streams.values()) void stream.return?.();
  for (const id of [...connection.exchanges.keys()]) closeOperation(app, metrics, connection, id);
  for (const giveBack of connection.held ?? []) giveBack();
  connection.held = null;
}

/**
 * The credentials of a socket: from its connectionParams, from `headers` in them, or from the headers of the upgrade
 * request, in this order. Clients differ in where they can put a token and in the name of its key.
 */
function credentialsOf(params: Record<string, unknown>, request: IncomingMessage) {
  const headers = params.headers instanceof Object ? (params.headers as Record<string, unknown>) : {};
  const find = (...names: string[]) => {
    const named = (from: Record<string, unknown>) =>
      Object.entries(from).find(
        ([name, value]) => names.includes(name.toLowerCase()) && typeof value === 'string',
      )?.[1];
    return [params, headers, request.headers].map(named).find((value) => value !== undefined) as string | undefined;
  };
  return { authorization: find('authorization'), tenant: find('tenant', 'x-errand-tenant') };
}
