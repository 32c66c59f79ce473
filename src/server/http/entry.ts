import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { App } from '../../app.ts';
import type { Credentials } from '../../auth/authenticate.ts';
import { AppError } from '../../shared/errors.ts';
import type { ClientAddress } from '../client-address.ts';
import type { Gate, WatchAccess } from '../gate.ts';
import { type OperationContext, operationContext } from '../graphql/operation-context.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import type { ServerContext } from '../server-context.ts';
import type { Slots } from '../slots.ts';
import { acceptsEvents } from './accept.ts';
import { httpFailure } from './http-failure.ts';

export type EntryParts = { gate: Gate; addressOf: ClientAddress; rateLimits: RateLimits };

/** Authenticates an HTTP request before its body is read, and makes the context of its operation. */
export function httpEntry(app: App, { gate, addressOf, rateLimits }: EntryParts) {
  return async (context: ServerContext): Promise<void> => {
    const { req, exchange } = context;
    const viewer = await gate.enterRequest(credentialsOf(req), addressOf(req));
    await rateLimits.countRequest(viewer);
    context.chargeBytes = (bytes) => rateLimits.charge(viewer, { bytes });
    const lastEventId = req.headers['last-event-id']?.toString() || null;
    Object.assign(context, operationContext({ app, viewer, exchange, lastEventId }));
  };
}

export function enterByHttp(enter: ReturnType<typeof httpEntry>): Plugin<object, ServerContext> {
  return { onRequestParse: ({ serverContext }) => enter(serverContext) };
}

/** The credentials in the headers of a request. */
export function credentialsOf({ headers }: IncomingMessage): Credentials {
  return { authorization: headers.authorization, tenant: headers['x-errand-tenant']?.toString() };
}

type StreamParts = { gate: Gate; addressOf: ClientAddress; streams: Slots; watchAccess: WatchAccess };

/**
 * Authenticates a subscription over HTTP, without what is remembered of the viewer, holds a slot for its stream and
 * watches the access as long as it lasts.
 */
export function holdStreams(
  app: App,
  { gate, addressOf, streams, watchAccess }: StreamParts,
): Plugin<object, ServerContext> {
  return {
    async onSubscribe({ args }) {
      const context = args.contextValue as unknown as OperationContext & Partial<ServerContext> & { params?: object };
      const { req, res } = context;
      if (!req || !res) return;
      if (!acceptsEvents(req.headers.accept ?? null)) {
        throw httpFailure(
          { status: 406 },
          new AppError('INVALID_INPUT', 'Subscriptions are served as text/event-stream or over WebSocket.'),
        );
      }
      context.viewer = await gate.enter(credentialsOf(req), addressOf(req));
      if (res.closed) throw new AppError('UNAVAILABLE', 'The client closed the connection.');
      const release = streams.take(context.viewer);
      const access = watchAccess(app, context.viewer);
      context.stream.access = access.signal;
      // Yoga keeps what the client sent as long as the stream lasts.
      Object.assign(context.params ?? {}, { query: '', variables: null, extensions: null });
      res.once('close', () => {
        release();
        access[Symbol.dispose]();
      });
    },
  };
}
