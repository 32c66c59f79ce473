/** The closed list of `extensions.code`: every failure a client can see has one of these. */
export const errorCodes = [
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

/** A failure meant for the caller: its message and fields are shown as they are. Anything else thrown is masked. */
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
    super(message, { cause: details.cause });
    this.code = code;
    this.fields = details.fields;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** `NOT_FOUND`: also for objects of another tenant or user, so that the error does not reveal whether they exist. */
export function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `${what} was not found.`);
}

/** `INVALID_INPUT` naming every faulty field. */
export function invalidInput(fields: FieldFault[]): AppError {
  const summary = fields.map((fault) => `${fault.path.join('.')}: ${fault.message}`).join(' ');
  return new AppError('INVALID_INPUT', summary, { fields });
}

export function conflict(message: string): AppError {
  return new AppError('CONFLICT', message);
}
