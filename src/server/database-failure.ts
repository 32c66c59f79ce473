/**
 * Codes of node-postgres, Node.js and Prisma that say: the database cannot be talked to now. PostgreSQL: Appendix A.
 */
const unreachable = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH'],
  ...['08000', '08001', '08003', '08004', '08006', '53300', '57P01', '57P02', '57P03'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037'],
]);
const adapterKinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
const clientMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after)/;

/** Whether the error, or what caused it, is a lost or refused database connection: the same call may succeed later. */
export function isDatabaseUnreachable(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Object && depth < 5; depth += 1) {
    const { code, kind, message } = cause as { code?: unknown; kind?: unknown; message?: unknown };
    if (typeof code === 'string' && unreachable.has(code)) return true;
    if (typeof kind === 'string' && adapterKinds.has(kind)) return true;
    if (typeof message === 'string' && clientMessages.test(message)) return true;
    if (cause instanceof AggregateError) return cause.errors.some(isDatabaseUnreachable);
    cause = (cause as { cause?: unknown }).cause;
  }
  return false;
}
