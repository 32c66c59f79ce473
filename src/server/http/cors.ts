import type { IncomingMessage, ServerResponse } from 'node:http';
import { isCorsOrigin } from '../host-rules.ts';

/** What a page of another origin may do, as texts of headers. */
type CorsRules = { methods: string; requestHeaders: string; responseHeaders: string; maxAge?: string };

/**
 * Lets pages of the configured origins read the response; pages of others get none. Cookies are never read, so CORS does
 * not need to allow credentials.
 */
export function allowOrigin(
  http: Parameters<typeof isCorsOrigin>[0],
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  { methods, requestHeaders, responseHeaders, maxAge }: CorsRules,
): void {
  const { origin } = req.headers;
  if (origin === undefined || !isCorsOrigin(http, origin)) return;
  res.setHeader('access-control-allow-origin', origin);
  res.setHeader('access-control-allow-methods', methods);
  res.setHeader('access-control-allow-headers', requestHeaders);
  res.setHeader('access-control-expose-headers', responseHeaders);
  if (maxAge) res.setHeader('access-control-max-age', maxAge);
}
