import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../../app.ts';
import { enterCalendar } from '../../domain/calendar/feed.ts';
import { readCalendar } from '../../domain/calendar/read-calendar.ts';
import { AppError } from '../../shared/errors.ts';
import type { Exchange } from '../exchange.ts';
import { sendJson } from '../health.ts';
import type { RateLimits } from '../rate-limits.ts';

const place = /^\/calendar\/([\w-]{43})\.ics$/;

/** The secret in the path of a calendar; null for any other path. It is written down nowhere. */
export function calendarSecret(path: string): string | null {
  return place.exec(path)?.[1] ?? null;
}

/** Answers a calendar program. Secrets that are tried out are counted as failed authentications are. */
export function createCalendarAnswer(app: App, limits: RateLimits) {
  return async (req: IncomingMessage, res: ServerResponse, call: { secret: string; exchange: Exchange }) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('allow', 'GET, HEAD');
      return sendJson(res, 405, { message: 'A calendar can only be read.' });
    }
    try {
      await answer(req, res, call);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message, retryAfterSeconds = 60 } = error;
      res.setHeader('retry-after', String(retryAfterSeconds));
      sendJson(res, code === 'RATE_LIMITED' ? 429 : 503, { message });
    }
  };

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
      return sendJson(res, 404, { message: 'There is no such calendar.' });
    }
    await limits.spend(viewer);
    const text = await readCalendar({ app, viewer, requestId: exchange.requestId });
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    const headers = { etag, 'cache-control': 'private, max-age=300', 'x-content-type-options': 'nosniff' };
    if (isKnown(req.headers['if-none-match'], etag)) return void res.writeHead(304, headers).end();
    const type = { 'content-type': 'text/calendar; charset=utf-8', 'content-length': Buffer.byteLength(text) };
    res.writeHead(200, { ...headers, ...type }).end(req.method === 'HEAD' ? undefined : text);
  }
}

/** RFC 9110, 13.1.2. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(etag);
}
