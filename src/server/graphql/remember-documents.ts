import { createHash } from 'node:crypto';
import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ByteCache } from '../../shared/byte-cache.ts';
import { parseDocument } from './parse-document.ts';
import { validateDocument } from './validate-document.ts';

/** What the remembered documents may take, with the facts and the compiled code that are kept for each. */
const maxBytes = 32_000_000;
/** What a node of a document that runs compiled takes, as measured: 0.4 to 1 kB. */
const bytesPerNode = 1_000;

/**
 * Parses and validates documents, and remembers the valid ones without their texts. Clients send the same few documents
 * again and again.
 */
export function rememberDocuments({ maxTokens }: { maxTokens: number }): Plugin {
  const valid = new ByteCache<string, DocumentNode>(maxBytes);
  /** Where a parsed document is kept once it is valid. */
  const places = new WeakMap<DocumentNode, { key: string; bytes: number }>();
  return {
    onParse({ params, setParsedDocument, setParseFn }) {
      const text = params.source.toString();
      const key = createHash('sha256').update(text).digest('base64');
      const known = valid.get(key);
      if (known) return setParsedDocument({ ...known });
      setParseFn(() => {
        const { document, nodes } = parseDocument(text, maxTokens);
        places.set(document, { key, bytes: nodes * bytesPerNode });
        return document;
      });
    },
    onValidate({ params: { documentAST }, setResult, setValidationFn }) {
      const place = places.get(documentAST);
      if (!place) return setResult([]);
      setValidationFn(validateDocument);
      // Envelop keeps the text of each document object that it has handed out, so each request gets an object of its own.
      return ({ valid: isValid }) => {
        if (isValid) valid.set(place.key, { ...documentAST }, place.bytes);
      };
    },
  };
}
