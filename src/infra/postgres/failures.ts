import { AppError } from '../../shared/errors.ts';

/** What Node.js and Prisma call a connection that is lost, refused or not to be had. */
const codes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2034', 'P2037'],
]);
/**
 * PostgreSQL, appendix A: connections, a read-only server, deadlocks and serialization failures, resources, and what an
 * operator ended.
 */
const states = /^(08|25006|40|53|57)/;
const adapterKinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
const messages =
  /^(Connection terminated|timeout (exceeded when trying to connect|expired)|Client has encountered a connection error|Client was closed|Cannot use a pool after|The database did not answer)/;

/**
 * Whether the error or its cause is that the database is not available, or has no connection, lock or resource to give.
 * The same call may succeed later. FATAL is what ends a connection, or refuses one.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      (cause instanceof AppError && cause.code === 'UNAVAILABLE') ||
      (typeof cause.code === 'string' && (codes.has(cause.code) || states.test(cause.code))) ||
      (typeof cause.kind === 'string' && adapterKinds.has(cause.kind)) ||
      cause.severity === 'FATAL' ||
      (typeof cause.message === 'string' && messages.test(cause.message)),
  );
}

/** Error codes of PostgreSQL for a text that it cannot store: U+0000, or half of a surrogate pair in JSON. */
const unstorable = new Set(['22021', '22P05']);

/** Whether the error is about a text of the client with a character that cannot be stored. */
export function isTextUnstorable(error: unknown): boolean {
  return causesOf(error).some(
    ({ code, detail }) =>
      unstorable.has(String(code)) || (code === '22P02' && /surrogate|\\u0000/.test(String(detail ?? ''))),
  );
}

type Failure = { code?: unknown; kind?: unknown; severity?: unknown; message?: unknown; detail?: unknown };

/** An error and its causes, at most five levels deep. */
function causesOf(error: unknown, depth = 0): Failure[] {
  if (!(error instanceof Object) || depth === 5) return [];
  const behind = error instanceof AggregateError ? error.errors : [(error as { cause?: unknown }).cause];
  return [error as Failure, ...behind.flatMap((cause) => causesOf(cause, depth + 1))];
}
