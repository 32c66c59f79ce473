import { createHash } from 'node:crypto';
import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ByteCache } from '../../shared/byte-cache.ts';
import { TimeSlice } from '../../shared/time-slice.ts';
import { parseDocument } from './parse-document.ts';
import { validateDocument, validationSteps } from './validate-document.ts';

/** What the remembered documents may take, with the facts and the compiled code that are kept for each. */
const maxBytes = 32_000_000;
/** What a node of a document that runs compiled takes, as measured: 0.4 to 1 kB. */
const bytesPerNode = 1_000;

type Judged = { document: DocumentNode; errors: readonly GraphQLError[] };

export type Documents = {
  /**
   * Parses and validates a document ahead of its operation, so that other work can run in between. @throws GraphQLError
   * if it is not GraphQL, or has too many tokens.
   */
  prepare(text: string): Promise<void>;
  /** Gives the pipeline what was prepared. */
  plugin: Plugin;
};

/**
 * Parses and validates documents, and remembers them without their texts. Clients send the same few documents again and
 * again.
 */
export function createDocuments(schema: GraphQLSchema, { maxTokens }: { maxTokens: number }): Documents {
  const known = new ByteCache<string, Judged>(maxBytes);
  const errorsOf = new WeakMap<DocumentNode, readonly GraphQLError[]>();

  async function prepare(text: string): Promise<void> {
    const key = keyOf(text);
    if (known.get(key)) return;
    const slice = new TimeSlice();
    const { document, nodes } = parseDocument(text, maxTokens);
    let errors: GraphQLError[] = [];
    for (const step of validationSteps(schema, document)) {
      await slice.pause();
      errors = step();
      if (errors.length > 0) break;
    }
    await slice.pause();
    known.set(key, { document, errors }, nodes * bytesPerNode);
  }

  /** A prepared document may have left the cache already, or not fit into it. */
  function judged(text: string): Judged {
    const earlier = known.get(keyOf(text));
    if (earlier) return earlier;
    const { document } = parseDocument(text, maxTokens);
    return { document, errors: validateDocument(schema, document) };
  }

  const plugin: Plugin = {
    onParse({ params, setParseFn }) {
      setParseFn(() => {
        const { document, errors } = judged(params.source.toString());
        // Envelop keeps the text of each document that it hands out, so each request gets an object of its own.
        const own = { ...document };
        errorsOf.set(own, errors);
        return own;
      });
    },
    onValidate({ params: { documentAST }, setResult }) {
      setResult(errorsOf.get(documentAST) ?? validateDocument(schema, documentAST));
    },
  };
  return { prepare, plugin };
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
