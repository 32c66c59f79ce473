import type { Plugin } from 'graphql-yoga';
import type { App } from '../../app.ts';
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
      const credentials = {
        authorization: headers.get('authorization') ?? undefined,
        tenant: headers.get('x-errand-tenant') ?? undefined,
      };
      const viewer = await gate.enter(credentials, addressOf(serverContext.req));
      await rateLimits.countRequest(viewer);
      serverContext.chargeBytes = (bytes) => rateLimits.charge(viewer, { bytes });
      const lastEventId = headers.get('last-event-id') || null;
      Object.assign(serverContext, operationContext({ app, viewer, exchange: serverContext.exchange, lastEventId }));
    },
  };
}

/** Holds a slot for a stream and watches the access while a subscription streams over HTTP. */
export function holdStreams(app: App, streams: Slots, watchAccess: WatchAccess): Plugin<object, ServerContext> {
  return {
    onSubscribe({ args }) {
      const context = args.contextValue as unknown as OperationContext & Partial<ServerContext> & { params?: object };
      if (!context.res) return;
      if (!acceptsEvents(context.req?.headers.accept ?? null)) {
        throw httpFailure(
          { status: 406 },
          new AppError('INVALID_INPUT', 'Subscriptions are served as text/event-stream or over WebSocket.'),
        );
      }
      if (context.res.closed) throw new AppError('UNAVAILABLE', 'The client closed the connection.');
      const release = streams.take(context.viewer);
      const access = watchAccess(app, context.viewer);
      context.stream.access = access.signal;
      // Yoga keeps what the client sent as long as the stream lasts.
      Object.assign(context.params ?? {}, { query: '', variables: null, extensions: null });
      context.res.once('close', () => {
        release();
        access[Symbol.dispose]();
      });
    },
  };
}
