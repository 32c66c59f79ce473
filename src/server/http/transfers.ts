import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { App } from '../../app.ts';
import { type Acting, appOf, type TenantApp } from '../../domain/records/acting.ts';
import { openContent, takeContent } from '../../domain/transfers/transfer-content.ts';
import { AppError, notFound } from '../../shared/errors.ts';
import { splitGlobalId } from '../../shared/global-id.ts';
import type { ClientAddress } from '../client-address.ts';
import { closeExchange, type Exchange } from '../exchange.ts';
import type { Gate, WatchAccess } from '../gate.ts';
import { sendJson } from '../health.ts';
import type { ServerMetrics } from '../metrics.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import { requestPath } from '../request-path.ts';
import type { Slots } from '../slots.ts';
import { bodyTooLarge, boundedBody } from './body.ts';
import { compressor, worthwhileCoding } from './compression.ts';
import { allowOrigin } from './cors.ts';
import { credentialsOf } from './entry.ts';
import { httpFailure } from './http-failure.ts';
import { sendFailure } from './send-failure.ts';

export const transferPath = '/transfers/';

type Parts = {
  gate: Gate;
  addressOf: ClientAddress;
  rateLimits: RateLimits;
  streams: Slots;
  watchAccess: WatchAccess;
  metrics: ServerMetrics;
};

const cors = {
  methods: 'GET, PUT',
  requestHeaders: 'authorization, content-encoding, content-type, x-errand-tenant, x-request-id',
  responseHeaders: 'content-disposition, retry-after, x-request-id',
};

/**
 * Sends the file of an export and receives the file of an import, for the owner of the transfer. The URL contains no
 * secret. Files are streamed. Errors have the form that they have in GraphQL, and a status.
 */
export function createTransferRoute(app: App, { gate, addressOf, rateLimits, streams, watchAccess, metrics }: Parts) {
  return async function answerTransfer(req: IncomingMessage, res: ServerResponse, exchange: Exchange): Promise<void> {
    res.once('close', () => closeExchange(exchange, app.log, metrics));
    res.setHeader('cache-control', 'no-store');
    res.setHeader('x-content-type-options', 'nosniff');
    res.setHeader('vary', 'origin');
    allowOrigin(app.config.http, { req, res }, cors);
    if (req.method === 'OPTIONS') return void res.writeHead(204).end();
    try {
      await exchangeFile(req, res, exchange);
    } catch (error) {
      refuse(req, res, { error, exchange });
    }
  };

  async function exchangeFile(req: IncomingMessage, res: ServerResponse, { requestId }: Exchange): Promise<void> {
    const viewer = await gate.enter(credentialsOf(req), addressOf(req));
    await rateLimits.countRequest(viewer);
    const give = answers[req.method ?? ''];
    if (!give)
      throw httpFailure(
        { status: 405, headers: { allow: 'GET, PUT' } },
        new AppError('INVALID_INPUT', 'Use GET to download the file or PUT to upload it.'),
      );
    const release = streams.take(viewer);
    using access = watchAccess(app, viewer);
    const before = movedBytes(req);
    try {
      const acting = { app: appOf(app, viewer), viewer, requestId };
      await give({ acting, id: transferId(req), req, res, signal: access.signal });
    } finally {
      release();
      rateLimits.charge(viewer, { bytes: movedBytes(req) - before });
    }
  }

  function refuse(
    req: IncomingMessage,
    res: ServerResponse,
    { error, exchange }: { error: unknown; exchange: Exchange },
  ) {
    if (res.headersSent || res.destroyed) return void res.destroy();
    // The rest of a body is not read, so the connection cannot be used again.
    if (!req.complete) res.setHeader('connection', 'close');
    sendFailure(res, error, { exchange, log: app.log });
  }
}

type Call = {
  acting: Acting & { app: TenantApp };
  id: string;
  req: IncomingMessage;
  res: ServerResponse;
  signal: AbortSignal;
};

const answers: Record<string, ((call: Call) => Promise<void>) | undefined> = { GET: sendFile, PUT: takeFile };
const types = { CSV: 'text/csv; charset=utf-8', JSON: 'application/json; charset=utf-8' };

async function sendFile({ acting, id, req, res, signal }: Call): Promise<void> {
  const { transfer, content } = await openContent(acting, id);
  const name = `tasks-${transfer.createdAt.toISOString().slice(0, 10)}.${transfer.format.toLowerCase()}`;
  const coding = worthwhileCoding(transfer.bytes, req.headers['accept-encoding'] ?? null);
  res.appendHeader('vary', 'accept-encoding');
  res.writeHead(200, {
    'content-type': types[transfer.format],
    'content-disposition': `attachment; filename="${name}"`,
    ...(coding ? { 'content-encoding': coding } : { 'content-length': transfer.bytes }),
  });
  const file = Readable.from(content, { objectMode: false });
  await (coding ? pipeline(file, compressor(coding), res, { signal }) : pipeline(file, res, { signal }));
}

async function takeFile({ acting, id, req, res, signal }: Call): Promise<void> {
  const { importBytes } = acting.app.config.limits;
  const tooLarge = bodyTooLarge(
    `The file is larger than ${importBytes.toLocaleString('en')} bytes, which is the limit. The import still waits for its file: upload a smaller one, or cancel it with cancelTransfer.`,
  );
  const content = whileAllowed(boundedBody(req, importBytes, tooLarge), signal);
  const { status } = await takeContent(acting, { id, content });
  sendJson(res, 202, { status });
}

async function* whileAllowed(content: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    signal.throwIfAborted();
    yield chunk;
  }
}

/** The bytes that the connection has transferred so far. */
function movedBytes({ socket }: IncomingMessage): number {
  return socket.bytesRead + socket.bytesWritten;
}

function transferId(req: IncomingMessage): string {
  const parts = splitGlobalId(requestPath(req.url).slice(transferPath.length));
  if (parts?.typename !== 'Transfer') throw notFound('The transfer');
  return parts.id;
}
