/** What can end one attempt to subscribe: a close event, GraphQL errors, or an error of the network or the client. */
export type CloseReason = { code: number; reason: string };

/** What is known of the attempts so far. */
export type Attempts = {
  /** How many in a row made no progress. */
  failures: number;
  /** Whether the latest one was accepted by the server, which then sent something. */
  isAccepted: boolean;
};

/** How many attempts in a row may be refused for a reason that usually passes soon. */
const maxRefusals = 10;

/**
 * LOST: the connection or the server went away; it will come back.
 * BUSY: the server refuses for now; it may go on refusing.
 * ACCESS: the token or the rights of its owner have ended; `connectionParams` may have newer ones.
 * FINAL: another attempt would end the same way.
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

/** Whether the errors say that the server cannot answer for a moment. Nothing is wrong with the operation then. */
export function isOutage(errors: unknown): boolean {
  return Array.isArray(errors) && verdictOn(errors) === 'LOST';
}

/** How long the server asks to wait. */
export function retryAfterMs(reason: unknown): number {
  const seconds = Array.isArray(reason) ? extensionsOf(reason).retryAfterSeconds : 0;
  return typeof seconds === 'number' ? seconds * 1000 : 0;
}

/** The reason as an Error that has the close code, for clients that take nothing else. GraphQL errors stay a list. */
export function asError(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return isCloseReason(reason) ? new SocketClosedError(reason) : new Error('The connection failed.', { cause: reason });
}

/** The server closed the socket, and subscribing again is of no use. */
export class SocketClosedError extends Error {
  override readonly name = 'SocketClosedError';
  /** The close code: 4401 the token was not accepted, 4403 the access has ended, 4429 too many connections. */
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
