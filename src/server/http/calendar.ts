import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { App } from '../../app.ts';
import { enterCalendar } from '../../domain/calendar/feed.ts';
import { openCalendar } from '../../domain/calendar/read-calendar.ts';
import { appOf } from '../../domain/records/acting.ts';
import { AppError } from '../../shared/errors.ts';
import type { Exchange } from '../exchange.ts';
import { sendJson } from '../health.ts';
import type { RateLimits } from '../rate-limits.ts';
import { acceptedCoding, compressor } from './compression.ts';

/** A client that reads nothing for this long is disconnected. */
const stallMs = 60_000;

const place = /^\/calendar\/([\w-]{43})\.ics$/;

/** The secret in the path of a calendar; null for any other path. It is never logged. */
export function calendarSecret(path: string): string | null {
  return place.exec(path)?.[1] ?? null;
}

/** Responds to a calendar application. Unknown secrets count as failed authentications. */
export function createCalendarAnswer(app: App, limits: RateLimits) {
  return async (req: IncomingMessage, res: ServerResponse, call: { secret: string; exchange: Exchange }) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('allow', 'GET, HEAD');
      return sendJson(res, 405, { message: 'A calendar feed is read-only. Use GET.' });
    }
    try {
      await answer(req, res, call);
    } catch (error) {
      if (res.headersSent) return breakOff(res, error);
      if (!(error instanceof AppError)) throw error;
      const { code, message, retryAfterSeconds = 60 } = error;
      res.setHeader('retry-after', String(retryAfterSeconds));
      sendJson(res, code === 'RATE_LIMITED' ? 429 : 503, { message });
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
    const address = req.socket.remoteAddress ?? '';
    await limits.refuseAfterFailures(address);
    const viewer = await enterCalendar(app, secret);
    if (!viewer) {
      await limits.countFailure(address);
      return sendJson(res, 404, { message: 'The calendar feed was not found.' });
    }
    await limits.spend(viewer);
    const { tag, text } = await openCalendar({ app: appOf(app, viewer), viewer, requestId: exchange.requestId });
    const coding = acceptedCoding(req.headers['accept-encoding'] ?? null);
    // A compressed response is semantically equal, but not byte for byte.
    const etag = coding ? `W/"${tag}"` : `"${tag}"`;
    res.appendHeader('vary', 'accept-encoding');
    const headers = { etag, 'cache-control': 'private, max-age=300', 'x-content-type-options': 'nosniff' };
    if (isKnown(req.headers['if-none-match'], tag)) return void res.writeHead(304, headers).end();
    const type = { 'content-type': 'text/calendar; charset=utf-8', ...(coding && { 'content-encoding': coding }) };
    res.writeHead(200, { ...headers, ...type });
    if (req.method === 'HEAD') return void res.end();
    res.setTimeout(stallMs, () => res.destroy());
    const pieces = Readable.from(text, { objectMode: false });
    await (coding ? pipeline(pieces, compressor(coding), res) : pipeline(pieces, res));
  }
}

/** RFC 9110, 13.1.2. */
function isKnown(header: string | undefined, tag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(`"${tag}"`);
}
