import type { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { AppError } from '../../shared/errors.ts';
import type { ServerContext } from '../server-context.ts';
import { readText } from './body.ts';
import { httpFailure, malformed } from './http-failure.ts';

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
        throw httpFailure({ status: 415 }, new AppError('INVALID_INPUT', 'Send the operation as application/json.'));
      }
      setRequestParser(async () => parseOperation(await readText(serverContext.req, maxBytes)));
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
  if (Array.isArray(body)) throw refusedBatch(body.length);
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

/** More operations than clients send as a batch are answered once: an answer to each could be large. */
const maxBatchSize = 100;

/** A client that sends a batch, such as Apollo's BatchHttpLink, expects an answer to each of its operations. */
function refusedBatch(size: number): GraphQLError {
  const message = 'Batches of operations are not supported. Send one operation per request.';
  if (size === 0 || size > maxBatchSize) return malformed(message);
  return httpFailure({ batchSize: size }, new AppError('INVALID_INPUT', message));
}
