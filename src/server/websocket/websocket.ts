import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, type GraphQLError, getOperationAST } from 'graphql';
import { type Context, makeServer, type ServerOptions } from 'graphql-ws';
import type { App } from '../../app.ts';
import type { Limits } from '../../config/config.ts';
import { AppError } from '../../shared/errors.ts';
import { type Exchange, openExchange } from '../exchange.ts';
import { type ClientResult, toClientError, toClientResult } from '../graphql/client-errors.ts';
import type { DocumentSource } from '../graphql/document-source.ts';
import { toGraphQLError } from '../graphql/graphql-error.ts';
import { operationContext } from '../graphql/operation-context.ts';
import type { ResultStream } from '../graphql/result-stream.ts';
import type { Pipeline } from '../graphql/yoga.ts';
import type { ServerMetrics } from '../metrics.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import { closeFrameOf } from './close-codes.ts';
import type { LiveSocket } from './live-socket.ts';
import { chargeResult, countMessage } from './message-rates.ts';
import { orderOperations } from './operation-order.ts';
import { sendPayloads } from './send-payloads.ts';
import {
  type Connection,
  closeConnection,
  closeOperation,
  createConnection,
  type EnterParts,
  enterBySocket,
  keepStream,
} from './socket-connection.ts';

export type WebSocketParts = EnterParts & {
  pipeline: Pipeline;
  documentOf: DocumentSource;
  metrics: ServerMetrics;
};

type Params = Record<string, unknown>;
type Socket = Context<Params, Connection>;
type Options = ServerOptions<Params, Connection>;
type Payload = Parameters<NonNullable<Options['onSubscribe']>>[2];

/**
 * GraphQL over WebSocket (graphql-transport-ws). Operations use the same pipeline and have the same errors as over
 * HTTP.
 */
export function createWebSocketServer(app: App, parts: WebSocketParts) {
  const graphql = createProtocol(app, parts);
  return {
    /** Serves a socket. @returns a function to call when the socket has closed. */
    opened(socket: LiveSocket, request: IncomingMessage): (code: number, reason: string) => Promise<void> {
      const connection = createConnection(socket, request);
      const { rateLimits } = parts;
      const onMessage = (take: (message: string) => Promise<void>) => {
        const ordered = orderOperations({
          take,
          running: connection.running,
          onEnd: (id) => closeOperation(app, parts.metrics, connection, id),
          maxValues: app.config.limits.bodyValues,
          onRefusal: (code, reason) => socket.close(code, reason),
        });
        socket.transport.onMessage(async (message) => {
          if (isWithinRate(rateLimits, connection, message.length)) await ordered(message);
        });
      };
      const send = (text: string) => {
        chargeResult(rateLimits, connection, text);
        return socket.transport.send(text);
      };
      socket.onPing(() => isWithinRate(rateLimits, connection, 0));
      return graphql.opened({ ...socket.transport, onMessage, send }, connection);
    },
  };
}

/** Closes the socket if its member sends too many messages. */
function isWithinRate(rateLimits: RateLimits, connection: Connection, bytes: number): boolean {
  try {
    countMessage(rateLimits, connection, bytes);
    return true;
  } catch (error) {
    const frame = closeFrameOf(error as AppError);
    connection.socket.close(frame.code, frame.reason);
    return false;
  }
}

function createProtocol(app: App, parts: WebSocketParts) {
  const { pipeline, metrics } = parts;
  // Only the steps before the execution depend on the context that they are created with.
  const { execute, subscribe } = pipeline.getEnveloped({} as never);
  const translation = ({ extra }: Socket, id: string) => ({
    requestId: extra.exchanges.get(id)?.requestId ?? '',
    log: app.log,
  });

  return makeServer<Params, Connection>({
    execute: (args) => contained(() => execute(args)) as ReturnType<NonNullable<Options['execute']>>,
    subscribe: (args) => contained(() => subscribe(args)) as ReturnType<NonNullable<Options['subscribe']>>,
    async onConnect(socket) {
      const { connectionParams = {}, extra } = socket;
      // graphql-ws would keep them, credentials included, as long as the socket is open.
      Object.assign(socket, { connectionParams: {} });
      try {
        await enterBySocket(app, parts, { connection: extra, params: connectionParams });
      } catch (error) {
        const { message, extensions } = toClientError(error, { requestId: openExchange('ws').requestId, log: app.log });
        const frame = closeFrameOf({ message, code: extensions.code });
        extra.socket.close(frame.code, frame.reason);
      }
      // False would close it with 4403; a socket that is closing sends no acknowledgement.
      return true;
    },
    async onSubscribe(socket, id, payload) {
      const exchange = openExchange('ws');
      socket.extra.exchanges.set(id, exchange);
      return prepare(app, parts, { socket, payload, exchange })
        .catch((error: unknown) => [toGraphQLError(error)])
        .finally(() => release(payload));
    },
    onOperation(socket, id, _payload, _args, result) {
      if (result instanceof Promise) return;
      if (Symbol.asyncIterator in result) {
        const payloads = result as unknown as ResultStream;
        keepStream(socket.extra, id, payloads);
        // graphql-ws would write each result as JSON again. It still starts and ends the operation.
        return sendPayloads(payloads, { id, socket: socket.extra.socket }) as never;
      }
      socket.extra.singles.add(id);
      return noted(socket, id, toClientResult(result, translation(socket, id))) as typeof result;
    },
    // Results already have their final form. Returning them prevents graphql-ws from formatting them again.
    onNext: (_socket, _id, _payload, _args, result) => result as never,
    onError(socket, id, _payload, errors) {
      const clientErrors = errors.map((error) => toClientError(error, translation(socket, id)));
      noted(socket, id, { errors: clientErrors });
      return clientErrors;
    },
    onClose: ({ extra }) => closeConnection(app, metrics, extra),
  });
}

/** Parses and validates an operation and gives it its context. */
async function prepare(
  app: App,
  { pipeline, documentOf, rateLimits }: WebSocketParts,
  { socket, payload, exchange }: { socket: Socket; payload: Payload; exchange: Exchange },
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { entered } = socket.extra;
  if (!entered) throw new AppError('UNAUTHENTICATED', 'The connection is not initialized. Send connection_init first.');
  refuseTooMany(socket.extra.running, app.config.limits);
  await rateLimits.countRequest(entered.viewer);
  const context = operationContext({ app, exchange, ...entered });
  const { schema, parse, validate, contextFactory } = pipeline.getEnveloped(context as never);
  const { operationName, variables } = payload;
  const document = parse((await documentOf(payload)) ?? payload.query);
  const errors: readonly GraphQLError[] = validate(schema, document);
  if (errors.length) return errors;
  if (!getOperationAST(document, operationName)) {
    throw new AppError('INVALID_INPUT', 'Set operationName to the name of an operation in the document.');
  }
  return { schema, document, operationName, variableValues: variables, contextValue: await contextFactory() };
}

/** graphql-ws keeps the payload of a subscription as long as it runs. */
function release(payload: Payload): void {
  Object.assign(payload, { query: '', variables: null, extensions: null });
}

/** An error of an operation ends only this operation. graphql-ws would close the socket with all its operations. */
async function contained(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return { errors: [toGraphQLError(error)] };
  }
}

type SocketLimits = Pick<Limits, 'subscriptionsPerSocket' | 'bodyBytes'>;

/** The messages of running operations are kept, and together may be as large as two of the largest. */
function refuseTooMany(running: Connection['running'], limits: SocketLimits): void {
  if (running.size > limits.subscriptionsPerSocket) throw tooMany(`${limits.subscriptionsPerSocket} operations`);
  const size = [...running.values()].reduce((sum, operation) => sum + operation.size, 0);
  if (size > 2 * limits.bodyBytes) throw tooMany(`operations of ${2 * limits.bodyBytes} bytes together`);
}

function tooMany(most: string): AppError {
  const message = `At most ${most} can run on one WebSocket. End one, or open another WebSocket.`;
  return new AppError('RATE_LIMITED', message);
}

function noted({ extra }: Socket, id: string, result: ClientResult): ClientResult {
  const exchange = extra.exchanges.get(id);
  const first = result.errors?.[0];
  if (exchange && first) exchange.code = first.extensions.code;
  return result;
}
