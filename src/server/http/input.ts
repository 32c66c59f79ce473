import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { AppError } from '../../shared/errors.ts';
import type { ServerContext } from '../server-context.ts';

/** A failure that has an HTTP status of its own. */
export function httpFailure(status: number, error: AppError, headers: Record<string, string> = {}): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status, headers } } });
}

/**
 * Takes the operation of a GET from its URL, and that of a POST from a JSON body within the limit. Other content types
 * are refused: `text/plain` and forms are what a page of another origin can send without asking first (CORS preflight).
 */
export function readOperations(maxBytes: number): Plugin<object, ServerContext> {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (request.method === 'GET') return setRequestParser(() => operationOfUrl(request.url));
      if (request.method !== 'POST') return;
      if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
        throw httpFailure(415, new AppError('INVALID_INPUT', 'Send the operation as application/json.'));
      }
      setRequestParser(async () => parseOperation(await readBody(serverContext.req, maxBytes)));
    },
  };
}

/** GraphQL over HTTP, 6.2: `variables` and `extensions` are JSON objects. Empty ones count as absent. */
function operationOfUrl(url: string): GraphQLParams {
  const { searchParams } = new URL(url);
  const query = searchParams.get('query');
  if (!query) throw malformed('The URL has to have a query.');
  const objectOf = (name: string) => parseJson(searchParams.get(name) || 'null', `The parameter ${name}`);
  return {
    query,
    operationName: searchParams.get('operationName') || undefined,
    variables: objectOf('variables') as GraphQLParams['variables'],
    extensions: objectOf('extensions') as GraphQLParams['extensions'],
  };
}

function parseOperation(text: string): GraphQLParams {
  const body = parseJson(text, 'The body');
  if (Array.isArray(body)) throw malformed('Send one operation per request; batches are not accepted.');
  if (typeof body !== 'object' || body === null || typeof (body as GraphQLParams).query !== 'string') {
    throw malformed('The body has to be an object with a query.');
  }
  return body;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`${what} is not valid JSON.`);
  }
}

function malformed(message: string): GraphQLError {
  return httpFailure(400, new AppError('INVALID_INPUT', message));
}

async function readBody(req: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of boundedBody(req, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The body as it comes, to its end. @throws GraphQLError with status 413 as soon as it is larger than it may be. */
export async function* boundedBody(req: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
  if (!req.complete) throw malformed('The body broke off.');
}

/** What is left of the body is not read, so the connection cannot be used again. */
function tooLarge(maxBytes: number): GraphQLError {
  const error = new AppError('INVALID_INPUT', `The body is larger than ${maxBytes} bytes, which is the limit.`);
  return httpFailure(413, error, { connection: 'close' });
}
