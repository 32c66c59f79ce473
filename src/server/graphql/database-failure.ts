/** Error codes of node-postgres, Node.js and Prisma for a database that is not available. PostgreSQL: Appendix A. */
const unreachable = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH'],
  ...['08000', '08001', '08003', '08004', '08006', '25006', '53300', '57P01', '57P02', '57P03'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
]);
const adapterKinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
const clientMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after)/;

/** Error codes of PostgreSQL for a text that it cannot store: U+0000, or half of a surrogate pair in JSON. */
const unstorable = new Set(['22021', '22P05']);

/** Whether the error is about a text of the client with a character that cannot be stored. */
export function isTextUnstorable(error: unknown): boolean {
  return causesOf(error).some(
    ({ code, detail }) =>
      unstorable.has(String(code)) || (code === '22P02' && /surrogate|\\u0000/.test(String(detail ?? ''))),
  );
}

/** Whether the error or its cause is a lost or refused database connection. The same call may succeed later. */
export function isDatabaseUnreachable(error: unknown): boolean {
  return causesOf(error).some(
    ({ code, kind, message }) =>
      (typeof code === 'string' && unreachable.has(code)) ||
      (typeof kind === 'string' && adapterKinds.has(kind)) ||
      (typeof message === 'string' && clientMessages.test(message)),
  );
}

type Failure = { code?: unknown; kind?: unknown; message?: unknown; detail?: unknown };

/** An error and its causes, at most five levels deep. */
function causesOf(error: unknown, depth = 0): Failure[] {
  if (!(error instanceof Object) || depth === 5) return [];
  const behind = error instanceof AggregateError ? error.errors : [(error as { cause?: unknown }).cause];
  return [error as Failure, ...behind.flatMap((cause) => causesOf(cause, depth + 1))];
}
