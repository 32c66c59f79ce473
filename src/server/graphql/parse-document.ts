import { type ASTNode, type DocumentNode, GraphQLError, Location, parse, Source, Token, visit } from 'graphql';
import { AppError } from '../../shared/errors.ts';

/** A parsed document, and the number of its nodes. */
export type ParsedDocument = { document: DocumentNode; nodes: number };

/**
 * Parses a document so that it can be kept without its text. @throws GraphQLError if it is not GraphQL, or has too many
 * tokens.
 */
export function parseDocument(text: string, maxTokens: number): ParsedDocument {
  const document = parseBounded(text, maxTokens);
  let nodes = 0;
  visit(document, {
    enter(node) {
      nodes += 1;
      detach(node);
    },
  });
  return { document, nodes };
}

function parseBounded(text: string, maxTokens: number): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !error.message.includes(`more that ${maxTokens} tokens`)) throw error;
    const fault = new AppError(
      'QUERY_TOO_EXPENSIVE',
      `The document has more than ${maxTokens} tokens, which is the limit.`,
    );
    throw new GraphQLError(fault.message, { originalError: fault });
  }
}

type Detachable = { -readonly [K in 'loc' | 'value']?: unknown };

/**
 * Separates a node from the text. As parsed, each node refers to the text and to the chain of all its tokens and
 * comments, and V8 keeps a long name as a slice of the whole text. The line and column remain, for `locationsOf`.
 */
function detach(node: ASTNode): void {
  const detached = node as Detachable;
  if (typeof detached.value === 'string') detached.value = ownCopy(detached.value);
  if (!node.loc) return;
  const { kind, start, end, line, column } = node.loc.startToken;
  const token = new Token(kind, start, end, line, column);
  detached.loc = new Location(token, token, noText);
}

const noText = new Source('');

/** V8 makes slices of texts from 13 characters on. */
function ownCopy(text: string): string {
  return text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string);
}

/** Where an error is in its document, whose text is no longer known. */
export function locationsOf({ nodes, locations }: GraphQLError): GraphQLError['locations'] {
  const places = nodes?.flatMap(({ loc }) =>
    loc ? [{ line: loc.startToken.line, column: loc.startToken.column }] : [],
  );
  return places?.length ? places : locations;
}
