import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../app.ts';
import { AppError } from '../shared/errors.ts';
import { shortened } from '../shared/shortened.ts';
import { closeExchange, type Exchange, openExchange } from './exchange.ts';
import type { DocumentSource } from './graphql/document-source.ts';
import type { Pipeline } from './graphql/yoga.ts';
import { answerHealth, createReadinessAnswer, type ReadinessParts } from './health.ts';
import { isHostAllowed } from './host-rules.ts';
import { type CalendarParts, calendarSecret, createCalendarAnswer } from './http/calendar.ts';
import { allowOrigin } from './http/cors.ts';
import type { SseOptions } from './http/event-stream.ts';
import { answerGraphiql, wantsPage } from './http/graphiql-page.ts';
import { httpFailure } from './http/http-failure.ts';
import { answerMetrics } from './http/metrics.ts';
import { createPostAnswer, isPost } from './http/post.ts';
import { sendFailure } from './http/send-failure.ts';
import { answerTask } from './http/task-page.ts';
import { transferPath } from './http/transfers.ts';
import { answerUnsubscribe } from './http/unsubscribe-page.ts';
import type { ServerMetrics } from './metrics.ts';
import { requestPath } from './request-path.ts';

type Parts = ReadinessParts &
  CalendarParts & {
    pipeline: Pipeline;
    documentOf: DocumentSource;
    sse: SseOptions;
    metrics: ServerMetrics;
    answerTransfer: Handler;
  };
type Handler = (req: IncomingMessage, res: ServerResponse, exchange: Exchange) => unknown;
type LinkHandler = (last: string) => Handler;

const cors = {
  methods: 'GET, POST',
  requestHeaders: 'authorization, content-encoding, content-type, last-event-id, x-errand-tenant, x-request-id',
  responseHeaders: 'retry-after, x-request-id',
  maxAge: '600',
};

/** Routes every HTTP request by its path. Each response has the id of its request. */
export function createRouter(app: App, parts: Parts) {
  const { pipeline, metrics, rateLimits, answerTransfer } = parts;
  const { http } = app.config;
  const answerReadiness = createReadinessAnswer(app, parts);
  const answerPost = createPostAnswer(app, parts);
  const routes: Record<string, Handler> = {
    '/graphql': (req, res, exchange) => (wantsPage(req) ? answerGraphiql(req, res) : answerGraphQL(req, res, exchange)),
    '/healthz': (_req, res) => answerHealth(res),
    '/readyz': (_req, res) => answerReadiness(res),
    '/metrics': (req, res) => answerMetrics(app, req, res),
  };
  const answerCalendar = createCalendarAnswer(app, parts);
  /** Handlers of links in e-mails, by the path before its last segment. */
  const links: Record<string, LinkHandler> = {
    '/task': (id) => (_req, res) => answerTask(res, id),
    '/unsubscribe':
      (token) =>
      (req, res, { requestId }) =>
        answerUnsubscribe(app, rateLimits, { method: req.method, res, token, requestId }),
  };
  // Health probes of a cluster use the IP address as the host.
  const openToAnyHost = new Set(['/healthz', '/readyz']);

  return async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const exchange = openExchange('http', headerText(req.headers['x-request-id']));
    res.setHeader('x-request-id', exchange.requestId);
    const path = requestPath(req.url);
    const handler = handlerOf(path);
    try {
      if (!openToAnyHost.has(path) && !isHostAllowed(http, req.headers.host)) throw wrongHost(req);
      if (!handler) throw noSuchPath();
      await handler(req, res, exchange);
    } catch (error) {
      if (!res.headersSent) return sendFailure(res, error, { exchange, log: app.log });
      app.log.error({ requestId: exchange.requestId, err: error }, 'request failed');
      res.destroy();
    }
  };

  function handlerOf(path: string): Handler | undefined {
    if (Object.hasOwn(routes, path)) return routes[path];
    if (path.startsWith(transferPath)) return answerTransfer;
    const secret = calendarSecret(path);
    if (!secret) return linkHandler(path);
    return (req, res, exchange) => {
      res.once('close', () => closeExchange(exchange, app.log, metrics));
      return answerCalendar(req, res, { secret, exchange });
    };
  }

  function linkHandler(path: string): Handler | undefined {
    const [, before = '', last = ''] = /^(\/[a-z]+)\/([\w.-]+)$/.exec(path) ?? [];
    return Object.hasOwn(links, before) ? links[before]?.(last) : undefined;
  }

  async function answerGraphQL(req: IncomingMessage, res: ServerResponse, exchange: Exchange): Promise<void> {
    res.setHeader('cache-control', 'no-store');
    res.setHeader('x-content-type-options', 'nosniff');
    res.once('close', () => closeExchange(exchange, app.log, metrics));
    allowOrigin(http, { req, res }, cors);
    if (req.method === 'OPTIONS') return void res.writeHead(204, { 'content-length': 0 }).end();
    await (isPost(req) ? answerPost(req, res, exchange) : pipeline(req, res, { exchange }));
  }
}

function noSuchPath(): Error {
  return new AppError('NOT_FOUND', 'This path does not exist. GraphQL and GraphiQL are at /graphql.');
}

function wrongHost({ headers }: IncomingMessage): Error {
  const name = JSON.stringify(shortened(headers.host ?? '', 100));
  const message = `This server does not accept requests for the host ${name}. If the name is correct, add it to ERRAND_ALLOWED_HOSTS.`;
  return httpFailure({ status: 421 }, new AppError('INVALID_INPUT', message));
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
