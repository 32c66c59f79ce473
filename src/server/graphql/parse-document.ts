import { type ASTNode, type DocumentNode, GraphQLError, Kind, Location, parse, Source, Token, visit } from 'graphql';
import { tooExpensive } from './graphql-error.ts';

/** A parsed document, and the number of its nodes. */
type ParsedDocument = { document: DocumentNode; nodes: number };

/**
 * Parses a document so that it can be kept without its text. @throws GraphQLError if it is not GraphQL, or has too many
 * tokens or fragments, or a long alias.
 */
export function parseDocument(text: string, maxTokens: number): ParsedDocument {
  const document = parseBounded(text, maxTokens);
  checkFragments(document, Math.ceil(maxTokens / tokensPerFragment));
  let nodes = 0;
  visit(document, {
    enter(node) {
      nodes += 1;
      checkAlias(node);
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
    throw tooExpensive(`The document has more than ${maxTokens} tokens, which is the limit.`);
  }
}

/** Validation compares each fragment with each other. A document has one fragment for this many tokens at most. */
const tokensPerFragment = 20;

function checkFragments({ definitions }: DocumentNode, most: number): void {
  const count = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length;
  if (count > most) throw tooExpensive(`The document has ${count} fragments. At most ${most} are allowed.`);
}

/** The answer repeats an alias for each object, and so does the path of an error. */
const maxAliasLength = 100;

function checkAlias(node: ASTNode): void {
  const length = node.kind === Kind.FIELD ? (node.alias?.value.length ?? 0) : 0;
  if (length > maxAliasLength) {
    throw tooExpensive(`An alias has ${length} characters. At most ${maxAliasLength} are allowed.`);
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
