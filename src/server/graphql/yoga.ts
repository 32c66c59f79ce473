import type { GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { App } from '../../app.ts';
import type { ClientAddress } from '../client-address.ts';
import type { Gate, WatchAccess } from '../gate.ts';
import { enterByHttp, holdStreams, httpEntry } from '../http/entry.ts';
import type { SseOptions } from '../http/event-stream.ts';
import { operationReader, readOperations } from '../http/input.ts';
import { answerByJson } from '../http/json.ts';
import { answerHttp } from '../http/results.ts';
import { answerBySse } from '../http/sse.ts';
import type { ServerMetrics } from '../metrics.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import type { ServerContext } from '../server-context.ts';
import type { Slots } from '../slots.ts';
import type { DocumentSource } from './document-source.ts';
import type { Documents } from './documents.ts';
import { limitInvitees } from './limit-invitees.ts';
import { limitOperations } from './limits.ts';
import { runOperations } from './operations.ts';
import { spendCost } from './spend-cost.ts';

type YogaParts = {
  schema: GraphQLSchema;
  gate: Gate;
  addressOf: ClientAddress;
  rateLimits: RateLimits;
  /** For SSE streams. */
  streams: Slots;
  subscriptions: Slots;
  documents: Documents;
  documentOf: DocumentSource;
  watchAccess: WatchAccess;
  metrics: ServerMetrics;
  sse: SseOptions;
};

/**
 * The GraphQL pipeline. It is the request handler for HTTP. WebSockets and the usual POST (`createPostAnswer`) use its
 * parsing, validation, limits and execution. Errand's plugins replace Yoga's own reading of bodies, execution and translation of errors.
 */
export function createPipeline(app: App, parts: YogaParts) {
  const { limits } = app.config;
  return createYoga<ServerContext>({
    schema: parts.schema,
    graphqlEndpoint: '/graphql',
    logging: false,
    maskedErrors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    cors: false,
    plugins: [
      enterByHttp(httpEntry(app, parts)),
      readOperations(operationReader({ ...parts, limits })),
      parts.documents.plugin,
      limitInvitees(),
      limitOperations(parts.schema, limits),
      spendCost(parts.rateLimits),
      runOperations(parts.schema, parts),
      holdStreams(app, parts),
      answerHttp(app),
      answerByJson(),
      answerBySse(parts.sse),
    ],
  });
}
export type Pipeline = ReturnType<typeof createPipeline>;
