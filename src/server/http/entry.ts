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

/** Authenticates an HTTP request before its body is read, and creates the context of its operation. */
export function enterByHttp(
  app: App,
  { gate, addressOf, rateLimits }: { gate: Gate; addressOf: ClientAddress; rateLimits: RateLimits },
): Plugin<object, ServerContext> {
  return {
    async onRequestParse({ request, serverContext }) {
      const { headers } = request;
      const { req } = serverContext;
      const viewer = await gate.enterRequest(credentialsOf(req), addressOf(req));
      await rateLimits.countRequest(viewer);
      serverContext.chargeBytes = (bytes) => rateLimits.charge(viewer, { bytes });
      const lastEventId = headers.get('last-event-id') || null;
      Object.assign(serverContext, operationContext({ app, viewer, exchange: serverContext.exchange, lastEventId }));
    },
  };
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
