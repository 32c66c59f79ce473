import type { Config } from '../../config/config.ts';
import { AppError } from '../../shared/errors.ts';
import type { Documents } from './documents.ts';
import { readTrustedDocuments } from './trusted-documents.ts';

/** What a client sends to select a document: its text, its id, or both. The values are not validated yet. */
type DocumentRequest = { query?: unknown; documentId?: unknown; extensions?: unknown };

/**
 * Finds the text of the document that a client wants to run, and prepares the document; null if the client sends none.
 * @throws GraphQLError if it is not GraphQL; AppError
 * `PERSISTED_QUERY_NOT_FOUND`, `PERSISTED_QUERY_NOT_SUPPORTED`, `FORBIDDEN` if the text is not a trusted document and
 * only trusted documents are allowed, or `QUERY_TOO_EXPENSIVE` if it is none and too large.
 */
export type DocumentSource = (request: DocumentRequest) => Promise<string | null>;

type Settings = Pick<Config, 'trustedDocuments'> & { limits: Pick<Config['limits'], 'queryBytes'> };

/** @throws StartFault when the file of the trusted documents cannot be used. */
export function createDocumentSource(
  { trustedDocuments: trusted, limits }: Settings,
  { prepare }: Pick<Documents, 'prepare'>,
): DocumentSource {
  const documents = trusted ? readTrustedDocuments(trusted.file) : null;
  return async (request) => {
    const text = textOf(request);
    if (text !== null) await prepare(text);
    return text;
  };

  function textOf(request: DocumentRequest): string | null {
    const id = documentIdOf(request);
    const known = id === null ? undefined : documents?.get(id);
    if (known !== undefined) return known;
    const text = typeof request.query === 'string' && request.query !== '' ? request.query : null;
    if (text === null) return id === null ? null : refuseId(documents !== null);
    if (trusted?.mode === 'only') throw onlyTrusted();
    if (Buffer.byteLength(text) > limits.queryBytes) throw tooLarge(limits.queryBytes);
    return text;
  }
}

/**
 * `documentId` as in the GraphQL over HTTP specification, with or without its `sha256:`; or the hash of Apollo's
 * persisted queries, in which clients also put ids that are no SHA-256 hash.
 */
function documentIdOf({ documentId, extensions }: DocumentRequest): string | null {
  const { persistedQuery } = objectOf(extensions);
  const id = documentId ?? objectOf(persistedQuery).sha256Hash;
  return typeof id === 'string' && id !== '' ? id.replace(/^sha256:/, '') : null;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Clients recognize these errors by the message, and then send the text of the document. */
function refuseId(hasDocuments: boolean): never {
  throw hasDocuments
    ? new AppError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')
    : new AppError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
}

function onlyTrusted(): AppError {
  return new AppError(
    'FORBIDDEN',
    'This server runs only trusted documents. Send the id of a trusted document in documentId or extensions.persistedQuery.sha256Hash.',
  );
}

function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'QUERY_TOO_EXPENSIVE',
    `The document is larger than ${maxBytes} bytes, which is the limit. Send values as variables.`,
  );
}
