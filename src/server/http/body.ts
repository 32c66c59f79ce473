import type { IncomingMessage } from 'node:http';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { GraphQLError } from 'graphql';
import { AppError } from '../../shared/errors.ts';
import { httpFailure, malformed } from './http-failure.ts';

/** How long the text of a body may take to arrive. */
const textMs = 30_000;

/**
 * The text of a body, without a byte order mark. A body that takes too long ends with its connection.
 * @throws GraphQLError with a status; see `boundedBody`.
 */
export async function readText(req: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  const late = setTimeout(() => req.destroy(malformed(`The body did not arrive within ${textMs / 1000} s.`)), textMs);
  try {
    for await (const chunk of boundedBody(req, maxBytes)) chunks.push(chunk);
  } finally {
    clearTimeout(late);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
}

/**
 * The body as a stream, decompressed according to its Content-Encoding. The limit counts the decompressed bytes, so
 * that a small body cannot become a large one. @throws GraphQLError: `tooLarge`, with status 413, as soon as the body
 * exceeds the limit, 415 if its encoding is unknown, and 400 if it cannot be decompressed or is incomplete.
 */
export async function* boundedBody(
  req: IncomingMessage,
  maxBytes: number,
  tooLarge = bodyTooLarge(`The body is larger than ${maxBytes} bytes, which is the limit.`),
): AsyncGenerator<Buffer> {
  const limit = { maxBytes, tooLarge };
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity') return yield* bounded(received(req), limit);
  const create = Object.hasOwn(decompressors, encoding) ? decompressors[encoding] : undefined;
  if (!create) throw unknownEncoding(encoding);
  yield* bounded(decompressed(bounded(received(req), limit), create()), limit);
}

const decompressors: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The rest of the body stays unread, because the error response is still sent over this connection. */
async function* received(req: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof GraphQLError ? error : incomplete();
  }
  if (!req.complete) throw incomplete();
}

function incomplete(): GraphQLError {
  return malformed('The connection was closed before the whole body arrived.');
}

type Limit = { maxBytes: number; tooLarge: GraphQLError };

async function* bounded(body: AsyncIterable<Buffer>, { maxBytes, tooLarge }: Limit): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge;
    yield chunk;
  }
}

async function* decompressed(body: AsyncIterable<Buffer>, decompressor: Transform): AsyncGenerator<Buffer> {
  // Errors of the body also end the decompressor.
  pipeline(Readable.from(body), decompressor, () => {});
  try {
    yield* decompressor as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof GraphQLError) throw error;
    throw malformed('The body cannot be decompressed with the method in its Content-Encoding header.');
  }
}

/** The rest of the body is not read, so the connection cannot be used again. */
export function bodyTooLarge(message: string): GraphQLError {
  return httpFailure({ status: 413, headers: { connection: 'close' } }, new AppError('INVALID_INPUT', message));
}

function unknownEncoding(encoding: string): GraphQLError {
  const error = new AppError(
    'INVALID_INPUT',
    `The Content-Encoding ${encoding} is not supported. Use gzip, deflate or br.`,
  );
  // RFC 9110, 12.5.3: how a server says which encodings it reads.
  return httpFailure({ status: 415, headers: { 'accept-encoding': 'gzip, deflate, br', connection: 'close' } }, error);
}
