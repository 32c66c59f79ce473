import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../../app.ts';
import { bearerToken } from '../../auth/bearer-token.ts';
import { AppError } from '../../shared/errors.ts';

/** Handles `/metrics`: the metrics of the process for Prometheus, for whom the configuration allows to read them. @throws AppError */
export async function answerMetrics(
  { config, metrics }: Pick<App, 'config' | 'metrics'>,
  { headers }: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const access = config.http.metrics;
  if (access === 'CLOSED') {
    const message = 'The metrics are closed. To read them, set ERRAND_METRICS_TOKEN and send it as a bearer token.';
    throw new AppError('FORBIDDEN', message);
  }
  if (access !== 'OPEN' && !isBearerOf(headers.authorization, access.token)) {
    throw new AppError('UNAUTHENTICATED', 'Send the token in ERRAND_METRICS_TOKEN: Authorization: Bearer <token>.');
  }
  res.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' });
  res.end(await metrics.metrics());
}

/** Hashes have one length, and comparing them takes the same time wherever they differ. */
function isBearerOf(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(sha256(bearerToken(authorization) ?? ''), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
