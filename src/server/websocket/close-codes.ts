import type { AppError, ErrorCode } from '../../shared/errors.ts';

/** Why a WebSocket was closed (RFC 6455 section 7.4; 44xx as graphql-transport-ws has them). */
export const closeCodes = {
  goingAway: 1001,
  tryAgainLater: 1013,
  unauthenticated: 4401,
  forbidden: 4403,
  slowConsumer: 4411,
  tooMany: 4429,
  failed: 4500,
} as const;

const codesOfErrors: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: closeCodes.unauthenticated,
  FORBIDDEN: closeCodes.forbidden,
  RATE_LIMITED: closeCodes.tooMany,
  UNAVAILABLE: closeCodes.tryAgainLater,
};

/** The close code and reason of a WebSocket that ends with this error. */
export function closeFrameOf({ code, message }: Pick<AppError, 'code' | 'message'>): { code: number; reason: string } {
  return { code: codesOfErrors[code] ?? closeCodes.failed, reason: closeReason(message) };
}

/** The reason in a close frame has at most 123 bytes. */
function closeReason(message: string): string {
  const bytes = Buffer.from(message);
  return bytes.length <= 123
    ? message
    : bytes
        .subarray(0, 120)
        .toString('utf8')
        .replace(/\uFFFD+$/, '');
}
