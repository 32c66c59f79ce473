import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { type Context, makeServer, type ServerOptions } from 'graphql-ws';
import type { App } from '../app.ts';
import type { Viewer } from '../auth/viewer.ts';
import { AppError } from '../shared/errors.ts';
import { type ClientError, type ClientResult, toClientError, toClientResult } from './client-errors.ts';
import { closeFrameOf } from './close-codes.ts';
import type { ConnectionSlots } from './connection-slots.ts';
import { closeExchange, type Exchange, openExchange } from './exchange.ts';
import type { Gate } from './gate.ts';
import type { LiveSocket } from './live-socket.ts';
import type { ServerMetrics } from './metrics.ts';
import { operationContext } from './operation-context.ts';
import type { RateLimits } from './rate-limits.ts';
import type { WatchAccess } from './server.ts';
import type { Pipeline } from './yoga.ts';

/** What is kept of one socket. */
export type Connection = {
  socket: LiveSocket;
  request: IncomingMessage;
  /** Who it is; null until connection_init is answered. */
  entered: { viewer: Viewer; access: AbortSignal } | null;
  /** The operations that run over it, by their id. */
  exchanges: Map<string, Exchange>;
  /** What is given back when it ends; null once it has ended. */
  held: (() => void)[] | null;
};
export type WebSocketParts = {
  pipeline: Pipeline;
  gate: Gate;
  rateLimits: RateLimits;
  slots: ConnectionSlots;
  watchAccess: WatchAccess;
  metrics: ServerMetrics;
};

type Socket = Context<Record<string, unknown>, Connection>;
type Options = ServerOptions<Record<string, unknown>, Connection>;
type Payload = Parameters<NonNullable<Options['onSubscribe']>>[2];

/** GraphQL over WebSocket (graphql-transport-ws). Operations pass the same pipeline and get the same errors as over HTTP. */
export function createWebSocketServer(app: App, parts: WebSocketParts) {
  // Only what precedes the execution depends on the context they are made with.
  const { execute, subscribe } = parts.pipeline.getEnveloped({} as never);

  async function onConnect({ connectionParams = {}, extra }: Socket): Promise<boolean> {
    try {
      await enter(extra, connectionParams);
    } catch (error) {
      const { message, extensions } = toClientError(error, { requestId: openExchange('ws').requestId, log: app.log });
      const frame = closeFrameOf({ message, code: extensions.code });
      extra.socket.close(frame.code, frame.reason);
    }
    // False would close it with 4403; a socket that is closing sends no acknowledgement.
    return true;
  }

  async function enter(connection: Connection, { authorization, tenant }: Record<string, unknown>): Promise<void> {
    const credentials = { authorization: text(authorization), tenant: text(tenant) };
    const viewer = await parts.gate.enter(credentials, connection.request.socket.remoteAddress ?? '');
    // The caller may have left meanwhile.
    if (!connection.held) return;
    connection.held.push(parts.slots.take(viewer));
    const access = parts.watchAccess(app, viewer);
    connection.held.push(() => access[Symbol.dispose]());
    const end = () => {
      const frame = closeFrameOf(access.signal.reason as AppError);
      connection.socket.close(frame.code, frame.reason);
    };
    if (access.signal.aborted) return end();
    access.signal.addEventListener('abort', end, { once: true });
    connection.entered = { viewer, access: access.signal };
  }

  async function onSubscribe(socket: Socket, id: string, payload: Payload) {
    const exchange = openExchange('ws');
    socket.extra.exchanges.set(id, exchange);
    try {
      return await prepare(socket, payload, exchange);
    } catch (error) {
      return [asGraphQLError(error)];
    }
  }

  async function prepare({ extra, subscriptions }: Socket, payload: Payload, exchange: Exchange) {
    if (!extra.entered) throw new AppError('UNAUTHENTICATED', 'Send connection_init first.');
    const { viewer, access } = extra.entered;
    const running = Object.keys(subscriptions).length;
    if (running > app.config.limits.subscriptionsPerSocket)
      throw tooManyOperations(app.config.limits.subscriptionsPerSocket);
    await parts.rateLimits.spend(viewer);
    const context = operationContext({ app, viewer, exchange, access });
    const { schema, parse, validate, contextFactory } = parts.pipeline.getEnveloped(context as never);
    const document = parse(payload.query);
    const errors = validate(schema, document);
    if (errors.length) return errors as GraphQLError[];
    if (!getOperationAST(document, payload.operationName))
      throw new AppError('INVALID_INPUT', 'No such operation is in the document.');
    const contextValue = await contextFactory();
    const { operationName, variables } = payload;
    return { schema, document, operationName, variableValues: variables, contextValue } satisfies ExecutionArgs;
  }

  function translation({ extra }: Socket, id: string) {
    return { requestId: extra.exchanges.get(id)?.requestId ?? '', log: app.log };
  }

  return makeServer<Record<string, unknown>, Connection>({
    execute: (args) => execute(args) as ReturnType<NonNullable<Options['execute']>>,
    subscribe: (args) => subscribe(args) as ReturnType<NonNullable<Options['subscribe']>>,
    onConnect,
    onSubscribe,
    onOperation(socket, id, _payload, _args, result) {
      if (Symbol.asyncIterator in result || result instanceof Promise) return;
      return noted(socket, id, toClientResult(result, translation(socket, id))) as typeof result;
    },
    // Results have their final shape by now; returning them keeps graphql-ws from shaping them again.
    onNext: (_socket, _id, _payload, _args, result) => result as never,
    onError(socket, id, _payload, errors) {
      const clientErrors = errors.map((error) => toClientError(error, translation(socket, id)));
      noted(socket, id, { errors: clientErrors });
      return clientErrors;
    },
    onComplete: ({ extra }, id) => finish(extra, id),
    onClose({ extra }) {
      for (const id of [...extra.exchanges.keys()]) finish(extra, id);
      for (const giveBack of extra.held ?? []) giveBack();
      extra.held = null;
    },
  });

  function noted({ extra }: Socket, id: string, result: ClientResult): ClientResult {
    const exchange = extra.exchanges.get(id);
    const first: ClientError | undefined = result.errors?.[0];
    if (exchange && first) exchange.code = first.extensions.code;
    return result;
  }

  function finish({ exchanges }: Connection, id: string): void {
    const exchange = exchanges.get(id);
    if (!exchanges.delete(id) || !exchange) return;
    closeExchange(exchange, app.log, parts.metrics);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function tooManyOperations(limit: number): AppError {
  return new AppError(
    'RATE_LIMITED',
    `At most ${limit} operations can run on one socket; end one, or open another socket.`,
  );
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
