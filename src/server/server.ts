import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { App } from '../app.ts';
import type { Limits } from '../config/config.ts';
import { networksOf } from '../infra/http/networks.ts';
import { clientAddress } from './client-address.ts';
import { boundConnections, boundRestOfBody, connectionTimes } from './connections.ts';
import { createGate, type WatchAccess } from './gate.ts';
import { createDocumentSource } from './graphql/document-source.ts';
import { createDocuments } from './graphql/documents.ts';
import { createPipeline } from './graphql/yoga.ts';
import type { ReadinessParts } from './health.ts';
import { createTransferRoute } from './http/transfers.ts';
import { trackIdleConnections } from './idle-connections.ts';
import { listen } from './listen.ts';
import { serverMetrics } from './metrics.ts';
import { createRateLimits } from './rates/rate-limits.ts';
import { createRouter } from './router.ts';
import { createSlots, type Slots } from './slots.ts';
import { createSockets } from './websocket/sockets.ts';

/** The parts of the server in addition to the app. */
export type ServerParts = ReadinessParts & {
  schema: GraphQLSchema;
  watchAccess: WatchAccess;
  times?: Partial<Times>;
};

type Times = { keepAliveMs: number; stallMs: number; drainMs: number };
const usualTimes: Times = { keepAliveMs: 12_000, stallMs: 15_000, drainMs: 10_000 };

/**
 * Disposing of it accepts no more requests, tells live clients to connect elsewhere, and waits up to ten seconds for
 * running work.
 */
export type RunningServer = AsyncDisposable & {
  /** The URL on this machine, such as `http://127.0.0.1:4000`. */
  url: string;
};

/**
 * Starts serving GraphQL over HTTP, SSE and WebSocket.
 * @throws StartFault when it cannot listen, or the file of the trusted documents cannot be used.
 */
export async function startServer(app: App, { times: given, ...parts }: ServerParts): Promise<RunningServer> {
  const times = { ...usualTimes, ...given };
  // Made first, because it can fail: nothing has to be closed yet.
  const shared = await sharedParts(app, parts);
  const { rateLimits, metrics, trustedProxies } = shared;
  const draining = new AbortController();
  // Every SSE stream listens to it.
  setMaxListeners(0, draining.signal);
  const sse = { stallMs: times.stallMs, draining: draining.signal };
  const pipeline = createPipeline(app, { ...shared, sse });
  const sockets = createSockets(app, { ...shared, pipeline }, times);
  const answerTransfer = createTransferRoute(app, shared);
  const route = createRouter(app, { ...shared, pipeline, sse, answerTransfer });
  const server = createServer(connectionTimes, (req, res) => {
    boundRestOfBody(req, res);
    void route(req, res);
  });
  boundConnections(server, { limits: app.config.limits, trustedProxies, metrics });
  const idle = trackIdleConnections(server);
  server.on('upgrade', sockets.upgrade);
  try {
    return { url: await listen(server, app.config.http), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await release();
    throw error;
  }

  async function stop(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    draining.abort();
    idle.end();
    const cut = setTimeout(() => server.closeAllConnections(), times.drainMs);
    await sockets.drain();
    await closed;
    clearTimeout(cut);
    await release();
  }

  async function release(): Promise<void> {
    await sockets.drain();
    rateLimits[Symbol.dispose]();
    await pipeline.dispose();
  }
}

/**
 * What HTTP and WebSockets have in common. The caller disposes of `rateLimits`. @throws StartFault when the file of the
 * trusted documents cannot be used.
 */
export async function sharedParts<Parts extends { schema: GraphQLSchema }>(app: App, parts: Parts) {
  const { limits, http } = app.config;
  const documents = createDocuments(parts.schema, { maxTokens: limits.queryTokens });
  const documentOf = createDocumentSource(app.config, documents);
  const trustedProxies = networksOf(http.trustedProxies);
  return {
    ...parts,
    documents,
    documentOf,
    trustedProxies,
    addressOf: clientAddress(trustedProxies),
    metrics: serverMetrics(app.metrics),
    rateLimits: await createRateLimits(app),
    gate: createGate(app),
    streams: streamSlots(limits),
    subscriptions: subscriptionSlots(limits),
  };
}

/** WebSockets, SSE streams and file transfers. */
function streamSlots({ streamsPerMember, streamsPerTenant }: Limits): Slots {
  return createSlots({
    perMember: streamsPerMember,
    perTenant: streamsPerTenant,
    message: () => 'WebSockets, event streams and file transfers at the same time. Close one first.',
  });
}

/** Live subscriptions, by their cost, because each change costs as much again. */
function subscriptionSlots({ subscriptionCostPerMember, subscriptionCostPerTenant }: Limits): Slots {
  return createSlots({
    perMember: subscriptionCostPerMember,
    perTenant: subscriptionCostPerTenant,
    message: (size) =>
      `points of live subscriptions at the same time, and this one costs ${size}. End another subscription first, or select fewer fields.`,
  });
}
