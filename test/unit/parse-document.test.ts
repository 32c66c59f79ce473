import { GraphQLError, Kind, parse, print, visit } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { locationsOf, parseDocument } from '../../src/server/graphql/parse-document.ts';
import { validateDocument } from '../../src/server/graphql/validate-document.ts';

const text = `# A comment
query AQueryWithALongName($text: String = "a default with \\u{1F600} and \\"quotes\\"") {
  tasks(first: 1234567890123456, filter: { text: $text }) { nodes { id ...AFragmentWithALongName } }
}

fragment AFragmentWithALongName on Task { title }`;

test('a document is parsed as graphql-js parses it', () => {
  expect(print(parseDocument(text, 1_000).document)).toBe(print(parse(text)));
});

test('no node of a document refers to its text or to other tokens', () => {
  visit(parseDocument(text, 1_000).document, {
    enter({ loc }) {
      expect(loc?.source.body).toBe('');
      expect([loc?.startToken.prev, loc?.startToken.next, loc?.endToken.next]).toEqual([null, null, null]);
    },
  });
});

test('errors know the same lines and columns as with the text', () => {
  const wrong =
    '{\n  me { role\n    nothing }\n  tasks(first: "x") { nodes { id } } a: tasks { a } a: projects { b } }\n';
  const expected = validateDocument(schema, parse(wrong)).map(({ message, locations }) => ({ message, locations }));
  const { document } = parseDocument(wrong, 1_000);
  const found = validateDocument(schema, document).map((error) => ({
    message: error.message,
    locations: locationsOf(error),
  }));
  expect(expected.length).toBeGreaterThan(3);
  expect(found).toEqual(expected);
});

test('a syntax error has its location', () => {
  const fault = (() => {
    try {
      return parseDocument('{\n  me { }\n}', 1_000);
    } catch (error) {
      return error as GraphQLError;
    }
  })();
  expect(fault).toBeInstanceOf(GraphQLError);
  expect(locationsOf(fault as GraphQLError)).toEqual([{ line: 2, column: 8 }]);
});

test('the nodes of a document are counted', () => {
  let nodes = 0;
  visit(parse(text), {
    enter() {
      nodes += 1;
    },
  });
  const parsed = parseDocument(text, 1_000);
  expect(parsed.nodes).toBe(nodes);
  expect(parsed.document.kind).toBe(Kind.DOCUMENT);
});
