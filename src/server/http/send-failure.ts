import type { ServerResponse } from 'node:http';
import type { App } from '../../app.ts';
import type { Exchange } from '../exchange.ts';
import { toClientError } from '../graphql/client-errors.ts';
import { sendJson } from '../health.ts';
import { failureOf } from './results.ts';

/** Sends a failure outside of GraphQL in the form that errors have there, with a status. */
export function sendFailure(
  res: ServerResponse,
  error: unknown,
  { exchange, log }: { exchange: Exchange } & Pick<App, 'log'>,
): void {
  const shown = toClientError(error, { requestId: exchange.requestId, log });
  exchange.code = shown.extensions.code;
  const { status, headers } = failureOf(error, shown);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  sendJson(res, status, { errors: [shown] });
}
