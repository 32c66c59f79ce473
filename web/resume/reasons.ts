/** What can end one attempt to subscribe: a close event, GraphQL errors, or an error of the network or the client. */
export type CloseReason = { code: number; reason: string };

/** The state of the attempts so far. */
export type Attempts = {
  /** The number of consecutive attempts without progress. */
  failures: number;
  /** Whether the server accepted the latest attempt and sent a payload. */
  isAccepted: boolean;
};

/** The maximum number of consecutive attempts that are refused for a temporary reason. */
const maxRefusals = 10;

/**
 * LOST: the connection or the server is gone and will return. BUSY: the server refuses for now and may continue to.
 * ACCESS: the token or the permissions of its owner have ended; `connectionParams` may have newer ones. FINAL: another
 * attempt would end the same way.
 */
type Verdict = 'LOST' | 'BUSY' | 'ACCESS' | 'FINAL';

const closeCodes: Record<number, Verdict> = {
  1002: 'FINAL',
  1003: 'FINAL',
  1007: 'FINAL',
  1008: 'FINAL',
  1009: 'FINAL',
  1010: 'FINAL',
  1011: 'BUSY',
  4400: 'FINAL',
  4401: 'ACCESS',
  4403: 'ACCESS',
  4406: 'FINAL',
  4409: 'BUSY',
  4429: 'BUSY',
  4500: 'BUSY',
};

const errorCodes: Record<string, Verdict> = { UNAVAILABLE: 'LOST', RATE_LIMITED: 'BUSY', UNAUTHENTICATED: 'ACCESS' };

/** Whether to subscribe again after an attempt that ended for this reason. */
export function mayTryAgain(reason: unknown, { failures, isAccepted }: Attempts): boolean {
  switch (verdictOn(reason)) {
    case 'LOST':
      return true;
    case 'BUSY':
      return failures < maxRefusals;
    case 'ACCESS':
      return isAccepted;
    case 'FINAL':
      return false;
  }
}

function verdictOn(reason: unknown): Verdict {
  if (Array.isArray(reason)) return errorCodes[String(extensionsOf(reason).code)] ?? 'FINAL';
  return isCloseReason(reason) ? (closeCodes[reason.code] ?? 'LOST') : 'LOST';
}

/** Whether the errors say that the server is temporarily unavailable. The operation itself is valid. */
export function isOutage(errors: unknown): boolean {
  return Array.isArray(errors) && verdictOn(errors) === 'LOST';
}

/** The waiting time that the server requests. */
export function retryAfterMs(reason: unknown): number {
  const seconds = Array.isArray(reason) ? extensionsOf(reason).retryAfterSeconds : 0;
  return typeof seconds === 'number' ? seconds * 1000 : 0;
}

/** The reason as an Error with the close code, for clients that accept only an Error. GraphQL errors stay a list. */
export function asError(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return isCloseReason(reason) ? new SocketClosedError(reason) : new Error('The connection failed.', { cause: reason });
}

/** The server closed the socket, and another subscription would fail as well. */
export class SocketClosedError extends Error {
  override readonly name = 'SocketClosedError';
  /** The close code: 4401 the token was rejected, 4403 the access has ended, 4429 too many connections. */
  readonly code: number;

  constructor({ code, reason }: CloseReason) {
    super(`The socket was closed with ${code}: ${reason}`);
    this.code = code;
  }
}

function isCloseReason(value: unknown): value is CloseReason {
  return typeof value === 'object' && value !== null && 'code' in value && 'reason' in value;
}

type Extensions = { code?: unknown; retryAfterSeconds?: unknown };

function extensionsOf([first]: { extensions?: Extensions }[]): Extensions {
  return first?.extensions ?? {};
}
