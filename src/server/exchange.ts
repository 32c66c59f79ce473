import type { OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import type { ErrorCode } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { shortened } from '../shared/shortened.ts';
import type { ServerMetrics } from './metrics.ts';

/** One operation as the log and the metrics see it: an HTTP request, or one operation on a socket. */
export type Exchange = {
  readonly requestId: string;
  readonly transport: 'http' | 'ws';
  readonly startedAt: number;
  /** Known once the document is parsed. */
  operation: { type: OperationTypeNode; name: string | null } | null;
  /** The points of query cost of an operation that is within the limits. */
  cost: number;
  code: ErrorCode | 'OK';
};

/** The length of an operation's name in the log. */
const maxNameLength = 100;

const saneRequestId = /^[\w.:-]{1,128}$/;

/** Starts an exchange. The client's request id is used if it is short and safe in a header and a log line. */
export function openExchange(transport: Exchange['transport'], requestId?: string): Exchange {
  const isSane = requestId !== undefined && saneRequestId.test(requestId);
  return {
    requestId: isSane ? requestId : newId(),
    transport,
    startedAt: performance.now(),
    operation: null,
    cost: 0,
    code: 'OK',
  };
}

/** Writes the exchange's one log line and counts it. */
export function closeExchange(exchange: Exchange, log: Logger, metrics: ServerMetrics): void {
  const { requestId, transport, operation, code } = exchange;
  const ms = Math.round((performance.now() - exchange.startedAt) * 10) / 10;
  const type = operation?.type ?? 'none';
  const name = operation?.name ? shortened(operation.name, maxNameLength) : undefined;
  log.info({ requestId, transport, type, operation: name, ms, code }, 'request');
  metrics.requests.inc({ type, code });
  // How long a subscription lives says nothing about how fast the server is.
  if (type !== 'subscription') metrics.duration.observe({ type }, ms / 1000);
}
