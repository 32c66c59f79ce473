import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { z } from 'zod';
import { StartFault } from '../../config/start-fault.ts';

const documentsById = z.record(z.string(), z.string());

/**
 * The texts of trusted documents by their ids, from a JSON file as graphql-codegen's client preset writes it
 * (`persisted-documents.json`) or relay-compiler does. @throws StartFault saying what is wrong with the file.
 */
export function readTrustedDocuments(file: string): ReadonlyMap<string, string> {
  const parsed = documentsById.safeParse(readJson(file));
  if (!parsed.success) {
    throw new StartFault(
      `${file} must be a JSON object that maps ids to the texts of documents (ERRAND_TRUSTED_DOCUMENTS_FILE).`,
    );
  }
  const documents = Object.entries(parsed.data);
  const faults = documents.flatMap(([id, text]) =>
    syntaxFaults(text).map((fault) => `${file}: the document ${id}: ${fault}`),
  );
  if (faults.length > 0) throw new StartFault(faults);
  return new Map(documents.map(([id, text]) => [id.replace(/^sha256:/, ''), text]));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new StartFault(`${file} cannot be read (ERRAND_TRUSTED_DOCUMENTS_FILE): ${(cause as Error).message}`, {
      cause,
    });
  }
}

function syntaxFaults(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
