import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { isDatabaseUnavailable, isTextUnstorable } from '../../infra/postgres/failures.ts';
import { AppError, type ErrorCode, type FieldFault, isOverload } from '../../shared/errors.ts';
import { locationsOf } from './parse-document.ts';

/** An error as every transport sends it. */
export type ClientError = GraphQLFormattedError & {
  extensions: { code: ErrorCode; requestId: string; fields?: FieldFault[]; retryAfterSeconds?: number };
};

/** A result as every transport sends it. */
export type ClientResult = {
  data?: unknown;
  errors?: ClientError[];
  extensions?: Record<string, unknown>;
};

/** Where results go after their errors are translated. */
type Translation = { requestId: string; log: Logger };

/**
 * The only place that translates failures for clients. An AppError is shown as it is, an invalid document or variable
 * is INVALID_INPUT, a lost database is UNAVAILABLE. Any other error is masked, and logged once with its cause.
 */
export function toClientError(error: unknown, translation: Translation): ClientError {
  return toClientErrors([error], translation)[0] as ClientError;
}

/** With the stack, if something is broken. */
function logFailure(shown: AppError, path: GraphQLError['path'], { requestId, log }: Translation): void {
  if (shown.code !== 'INTERNAL' && shown.code !== 'UNAVAILABLE') return;
  log.error({ requestId, err: shown.cause ?? shown, path }, 'request failed');
}

/** Nothing is broken: one line for all fields of a request. */
function logOverload(refused: readonly AppError[], { requestId, log }: Translation): void {
  const [first] = refused;
  if (first) log.warn({ requestId, reason: first.message, count: refused.length }, 'request refused');
}

function clientErrorOf(shown: AppError, { error, requestId }: { error: unknown; requestId: string }): ClientError {
  const path = pathOf(error);
  const locations = error instanceof GraphQLError ? locationsOf(error)?.slice(0, maxLocations) : undefined;
  return {
    message: shown.message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: {
      code: shown.code,
      requestId,
      ...(shown.fields && { fields: shown.fields }),
      ...(shown.retryAfterSeconds !== undefined && { retryAfterSeconds: shown.retryAfterSeconds }),
    },
  };
}

export function toClientResult(
  result: { data?: unknown; errors?: readonly unknown[] },
  translation: Translation,
): ClientResult {
  if (!result.errors?.length) return { data: result.data };
  const errors = toClientErrors(result.errors, translation);
  return 'data' in result ? { data: result.data, errors } : { errors };
}

/** Each object of a list can fail, so the first errors are listed and the others are counted. */
function toClientErrors(errors: readonly unknown[], translation: Translation): ClientError[] {
  const shown: ClientError[] = [];
  const refused: AppError[] = [];
  let bytes = 0;
  for (const [index, error] of errors.entries()) {
    const appError = toAppError(error, translation.requestId);
    if (isOverload(appError)) refused.push(appError);
    else logFailure(appError, pathOf(error), translation);
    const clientError = clientErrorOf(appError, { error, ...translation });
    bytes += JSON.stringify(clientError).length;
    const isTooLong = bytes > maxErrorBytes && index > 0;
    shown.push(isTooLong ? furtherErrors(errors.length - index, clientError) : clientError);
    if (isTooLong) break;
  }
  logOverload(refused, translation);
  return shown;
}

function furtherErrors(count: number, { extensions: { code, requestId } }: ClientError): ClientError {
  return { message: `${count} further errors are not listed.`, extensions: { code, requestId } };
}

/** The errors of a result are listed up to this size. */
const maxErrorBytes = 100_000;
/** Fields that are merged have a location each. */
const maxLocations = 20;

function toAppError(error: unknown, requestId: string): AppError {
  const root = rootOf(error);
  if (root instanceof AppError) return root;
  if (isDatabaseUnavailable(root)) {
    return new AppError('UNAVAILABLE', 'The database is not available. Try again.', { cause: root });
  }
  if (isTextUnstorable(root)) {
    return new AppError(
      'INVALID_INPUT',
      'A text has a character that cannot be stored: U+0000, or half of a surrogate pair.',
    );
  }
  if (root instanceof GraphQLError && isFaultOfCaller(root, pathOf(error))) {
    return new AppError('INVALID_INPUT', root.message, { fields: argumentFault(root) });
  }
  return new AppError('INTERNAL', `An internal error occurred. Report it with the request id ${requestId}.`, {
    cause: root,
  });
}

/** GraphQL wraps errors of resolvers, more than once if they pass through several layers. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof GraphQLError && root.originalError) root = root.originalError;
  return root;
}

/**
 * Syntax, validation and coercion errors have no path. With a path, GraphQL itself complains of an argument or else of
 * the server's own answer, such as a null where none may be.
 */
function isFaultOfCaller(root: GraphQLError, path: GraphQLError['path']): boolean {
  if (root.extensions?.unexpected) return false;
  return path === undefined || root.name === 'PothosValidationError' || argumentMessage.test(root.message);
}

const argumentMessage = /^Argument "(\w+)"/;

function argumentFault(root: GraphQLError): FieldFault[] | undefined {
  const name = argumentMessage.exec(root.message)?.[1];
  return name ? [{ path: [name], message: root.message }] : undefined;
}

function pathOf(error: unknown): GraphQLError['path'] {
  return error instanceof GraphQLError ? error.path : undefined;
}
