import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { GraphQLError } from 'graphql';
import type { App } from '../../app.ts';
import { openCalendar } from '../../domain/calendar/read-calendar.ts';
import { appOf } from '../../domain/records/acting.ts';
import { AppError, notFound } from '../../shared/errors.ts';
import type { ClientAddress } from '../client-address.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import type { RateLimits } from '../rates/rate-limits.ts';
import type { Slots } from '../slots.ts';
import { acceptedCoding, compressor } from './compression.ts';
import { httpFailure } from './http-failure.ts';

const place = /^\/calendar\/([\w-]{43})\.ics$/;

/** The secret in the path of a calendar; null for any other path. It is never logged. */
export function calendarSecret(path: string): string | null {
  return place.exec(path)?.[1] ?? null;
}

export type CalendarParts = { gate: Gate; addressOf: ClientAddress; rateLimits: RateLimits; streams: Slots };

/** Responds to a calendar application. Unknown secrets count as failed authentications. */
export function createCalendarAnswer(app: App, { gate, addressOf, rateLimits, streams }: CalendarParts) {
  return async (req: IncomingMessage, res: ServerResponse, call: { secret: string; exchange: Exchange }) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      const hints = { status: 405, headers: { allow: 'GET, HEAD' } };
      throw httpFailure(hints, new AppError('INVALID_INPUT', 'A calendar feed is read-only. Use GET.'));
    }
    try {
      await answer(req, res, call);
    } catch (error) {
      if (res.headersSent) return breakOff(res, error);
      throw error instanceof AppError ? asFeedFailure(error) : error;
    }
  };

  /** The application detects that the calendar is incomplete and keeps its earlier copy. */
  function breakOff(res: ServerResponse, error: unknown): void {
    const hasLeft = (error as { code?: unknown } | null)?.code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!hasLeft) app.log.error({ err: error }, 'A calendar feed could not be sent completely.');
    res.destroy();
  }

  async function answer(
    req: IncomingMessage,
    res: ServerResponse,
    { secret, exchange }: { secret: string; exchange: Exchange },
  ) {
    const viewer = await gate.enterCalendar(secret, addressOf(req));
    await rateLimits.countRequest(viewer);
    const acting = { app: appOf(app, viewer), viewer, requestId: exchange.requestId };
    const { tag, text, rows } = await openCalendar(acting);
    rateLimits.charge(viewer, { rows });
    const coding = acceptedCoding(req.headers['accept-encoding'] ?? null);
    // A compressed response is semantically equal, but not byte for byte.
    const etag = coding ? `W/"${tag}"` : `"${tag}"`;
    res.appendHeader('vary', 'accept-encoding');
    const headers = { etag, 'cache-control': 'private, max-age=300', 'x-content-type-options': 'nosniff' };
    if (isKnown(req.headers['if-none-match'], tag)) return void res.writeHead(304, headers).end();
    const type = { 'content-type': 'text/calendar; charset=utf-8', ...(coding && { 'content-encoding': coding }) };
    if (req.method === 'HEAD') return void res.writeHead(200, { ...headers, ...type }).end();
    const release = streams.take(viewer);
    try {
      res.writeHead(200, { ...headers, ...type });
      const counted = countedText(text, (bytes) => rateLimits.charge(viewer, { bytes }));
      const pieces = Readable.from(counted, { objectMode: false });
      await (coding ? pipeline(pieces, compressor(coding), res) : pipeline(pieces, res));
    } finally {
      release();
    }
  }
}

/** Whatever the trouble is, applications are to try again later, unless the feed does not exist. */
function asFeedFailure(error: AppError): GraphQLError {
  if (error.code === 'UNAUTHENTICATED') return httpFailure({ status: 404 }, notFound('The calendar feed'));
  const headers = { 'retry-after': String(error.retryAfterSeconds ?? 60) };
  return httpFailure({ status: error.code === 'RATE_LIMITED' ? 429 : 503, headers }, error);
}

async function* countedText(text: AsyncIterable<string>, report: (bytes: number) => void): AsyncGenerator<string> {
  let bytes = 0;
  try {
    for await (const piece of text) {
      bytes += piece.length;
      yield piece;
    }
  } finally {
    report(bytes);
  }
}

/** RFC 9110, 13.1.2. */
function isKnown(header: string | undefined, tag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(`"${tag}"`);
}
