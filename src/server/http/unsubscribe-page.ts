import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../../app.ts';
import { readUnsubscribeToken, unsubscribe } from '../../domain/reminders/unsubscribe.ts';
import { AppError } from '../../shared/errors.ts';
import type { RateLimits } from '../rates/rate-limits.ts';

type Request = { token: string; requestId: string };

/**
 * Handles the unsubscribe link in reminder e-mails. GET changes nothing, because programs follow links. POST turns the
 * e-mails off, from the form of the page or from the reader's mail program (RFC 8058).
 */
export async function answerUnsubscribe(
  app: App,
  rateLimits: RateLimits,
  { method, res, token, requestId }: Request & { method: IncomingMessage['method']; res: ServerResponse },
): Promise<void> {
  const member = readUnsubscribeToken(app.unsubscribeKey, token);
  if (!member) return sendPage(res, 404, '<p>This link is not valid, or it is incomplete.</p>');
  if (method === 'GET' || method === 'HEAD') return sendPage(res, 200, question);
  if (method !== 'POST') return void res.writeHead(405, { allow: 'GET, HEAD, POST' }).end();
  try {
    await rateLimits.countRequest(member);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'RATE_LIMITED') throw error;
    res.setHeader('retry-after', String(error.retryAfterSeconds));
    return sendPage(res, 429, '<p>There were too many requests. Try again later.</p>');
  }
  await unsubscribe({ app, requestId }, member);
  sendPage(res, 200, '<p>You no longer get reminder e-mails. You can turn them on again in Errand (updateMe).</p>');
}

const question = `<form method="post">
<p>Do you want to stop getting reminder e-mails from Errand?</p>
<button name="List-Unsubscribe" value="One-Click">Unsubscribe</button>
</form>`;

/** The URL of the page permits unsubscribing, so it is neither cached nor sent to other sites. */
function sendPage(res: ServerResponse, status: number, body: string): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  res.writeHead(status, headers).end(`<!doctype html>
<html lang="en">
<head><title>Errand</title><meta name="viewport" content="width=device-width"></head>
<body>${body}</body>
</html>
`);
}
