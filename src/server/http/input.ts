import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import type { Limits } from '../../config/config.ts';
import { AppError } from '../../shared/errors.ts';
import { shortened } from '../../shared/shortened.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import type { DocumentSource } from '../graphql/document-source.ts';
import { jsonFault } from '../json-bounds.ts';
import type { ServerContext } from '../server-context.ts';
import { readText } from './body.ts';
import { httpFailure, malformed } from './http-failure.ts';

export type InputParts = { limits: Pick<Limits, 'bodyBytes' | 'bodyValues'>; documentOf: DocumentSource };
type OperationReader = ReturnType<typeof operationReader>;

/** Reads operations with the text of their document, even if the client sent an id in place of the text. */
export function operationReader({ limits, documentOf }: InputParts) {
  return {
    fromUrl: (url: string) => withText(operationOfUrl(url), 'The URL'),
    /** From a JSON body within the limit. */
    async fromBody({ req, chargeBytes }: ServerContext): Promise<GraphQLParams> {
      const text = await readText(req, limits.bodyBytes);
      chargeBytes?.(Buffer.byteLength(text));
      const slice = new TimeSlice();
      const fault = jsonFault(text, limits.bodyValues);
      if (fault) throw fault;
      const operation = operationOfBody(text);
      // A body that takes long to parse takes long to check.
      await slice.pause();
      return withText(operation, 'The body');
    },
  };

  async function withText({ documentId, ...operation }: Operation, where: string): Promise<GraphQLParams> {
    const query = await documentOf({ ...operation, documentId });
    if (query === null) throw malformed(`${where} must have a query or the id of a trusted document.`);
    requireParameters(operation);
    return { ...operation, query };
  }
}

export function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}

/**
 * Reads the operation of a GET from its URL and that of a POST from its body. Other content types than JSON are refused:
 * pages of other origins can send `text/plain` and forms without a CORS preflight.
 */
export function readOperations(reader: OperationReader): Plugin<object, ServerContext> {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (request.method === 'GET') return setRequestParser(() => reader.fromUrl(request.url));
      if (request.method !== 'POST') return;
      if (!isJson(serverContext.req)) {
        throw httpFailure({ status: 415 }, new AppError('INVALID_INPUT', 'Send the operation as application/json.'));
      }
      setRequestParser(() => reader.fromBody(serverContext));
    },
  };
}

/** GraphQL over HTTP, 5.3: an operation has no other parameters, and these are JSON objects. */
function requireParameters({
  query: _,
  operationName,
  variables,
  extensions,
  ...others
}: object & GraphQLParams): void {
  const [unknown] = Object.entries(others).flatMap(([name, value]) => (value == null ? [] : [name]));
  if (unknown !== undefined) throw malformed(`There is no parameter ${shortened(JSON.stringify(unknown), 100)}.`);
  if (operationName != null && typeof operationName !== 'string') throw malformed('operationName must be a string.');
  for (const [name, value] of Object.entries({ variables, extensions })) {
    if (value != null && (typeof value !== 'object' || Array.isArray(value)))
      throw malformed(`${name} must be an object.`);
  }
}

type Operation = GraphQLParams & { documentId?: unknown };

/** GraphQL over HTTP, 6.2: `variables` and `extensions` are JSON objects. Empty ones count as absent. */
function operationOfUrl(url: string): Operation {
  const { searchParams } = new URL(url);
  const textOf = (name: string) => searchParams.get(name) || undefined;
  const objectOf = (name: string) => parseJson(textOf(name) ?? 'null', `The parameter ${name}`);
  return {
    query: textOf('query'),
    documentId: textOf('documentId'),
    operationName: textOf('operationName'),
    variables: objectOf('variables') as GraphQLParams['variables'],
    extensions: objectOf('extensions') as GraphQLParams['extensions'],
  };
}

function operationOfBody(text: string): Operation {
  const body = parseJson(text, 'The body');
  if (Array.isArray(body)) throw refusedBatch(body.length);
  if (typeof body !== 'object' || body === null) throw malformed('The body must be an object with a query.');
  return body;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`${what} is not valid JSON.`);
  }
}

/**
 * A batch with more operations than clients usually send gets a single error, because one error per operation could be
 * large.
 */
const maxBatchSize = 100;

/** A client that sends a batch, such as Apollo's BatchHttpLink, expects an answer to each of its operations. */
function refusedBatch(size: number): GraphQLError {
  const message = 'Batches of operations are not supported. Send one operation per request.';
  if (size === 0 || size > maxBatchSize) return malformed(message);
  return httpFailure({ batchSize: size }, new AppError('INVALID_INPUT', message));
}
