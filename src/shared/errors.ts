import { shortened } from './shortened.ts';

/** The closed list of `extensions.code`: every failure a client can see has one of these. */
const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_INPUT',
  'CONFLICT',
  'PRECONDITION_FAILED',
  'RATE_LIMITED',
  'QUERY_TOO_EXPENSIVE',
  'UNAVAILABLE',
  // Apollo's names for these errors; clients look for them.
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** One fault of the input: the argument's path, such as `['input', 'due', 'timeZone']`, and what is wrong there. */
export type FieldFault = { path: (string | number)[]; message: string };

/** An error lists at most this many faults. */
export const maxListedFaults = 20;
const maxMessageLength = 2_000;
const maxFaultLength = 300;
const maxPartLength = 100;

/**
 * A failure meant for the caller: its message and fields are shown as they are. Anything else thrown is masked. Both may
 * quote what the caller sent, and are therefore shortened.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly fields: FieldFault[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    details: { fields?: FieldFault[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(shortened(message, maxMessageLength), { cause: details.cause });
    this.code = code;
    this.fields = details.fields?.slice(0, maxListedFaults).map(shortFault);
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** `NOT_FOUND`: also for objects of another tenant or user, so that the error does not reveal whether they exist. */
export function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `${what} was not found.`);
}

/**
 * `INVALID_INPUT` naming the faulty fields. `count` is how many faults there are, if `fields` has only the first of them:
 * a text where they were not all counted.
 */
export function invalidInput(fields: readonly FieldFault[], count: number | string = fields.length): AppError {
  const listed = fields.slice(0, maxListedFaults).map(shortFault);
  const summary = listed.map(({ path, message }) => shortened(`${path.join('.')}: ${message}`, 2 * maxFaultLength));
  const total =
    listed.length === count ? [] : [`There are ${count} faults, of which the first ${listed.length} are listed.`];
  return new AppError('INVALID_INPUT', [...total, ...summary].join(' '), { fields: listed });
}

function shortFault({ path, message }: FieldFault): FieldFault {
  const parts = path.map((part) => (typeof part === 'string' ? shortened(part, maxPartLength) : part));
  return { path: parts, message: shortened(message, maxFaultLength) };
}

export function conflict(message: string): AppError {
  return new AppError('CONFLICT', message);
}

/** Whether the server only lacks the capacity at the moment. Nothing is broken: the error has no cause. */
export function isOverload(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'UNAVAILABLE' && error.cause === undefined;
}
