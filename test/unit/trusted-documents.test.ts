import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDocumentSource } from '../../src/server/graphql/document-source.ts';
import { readTrustedDocuments } from '../../src/server/graphql/trusted-documents.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'errand-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string): ReadonlyMap<string, string> {
  const file = join(folder, 'documents.json');
  writeFileSync(file, content);
  return readTrustedDocuments(file);
}

test('documents are found by their id, without the name of the hash', () => {
  const documents = read('{ "abc": "{ me { role } }", "sha256:def": "query Q { me { role } }" }');
  expect([...documents.keys()]).toEqual(['abc', 'def']);
  expect(documents.get('abc')).toBe('{ me { role } }');
});

test.each([
  ['what is not JSON', '{', 'cannot be read'],
  ['a list', '["{ me { role } }"]', 'JSON object'],
  ['documents that are no texts', '{ "abc": { "body": "{ me }" } }', 'JSON object'],
  ['a document that is not GraphQL', '{ "abc": "{ me { role } }", "def": "{ me" }', 'the document def: Syntax Error'],
])('%s keeps the server from starting', (_name, content, words) => {
  expect(() => read(content)).toThrow(words);
});

test('a file that is not there keeps the server from starting', () => {
  expect(() => readTrustedDocuments(join(folder, 'absent.json'))).toThrow(/absent.json cannot be read/);
});

test('a trusted document may be larger than others', async () => {
  const text = `${'#'.repeat(40_000)}\n{ me { role } }`;
  const file = join(folder, 'large.json');
  writeFileSync(file, JSON.stringify({ large: text }));
  const prepared: string[] = [];
  const settings = { trustedDocuments: { mode: 'also', file }, limits: { queryBytes: 32_000 } } as const;
  const documentOf = createDocumentSource(settings, { prepare: async (one: string) => void prepared.push(one) });
  expect(await documentOf({ documentId: 'large' })).toBe(text);
  await expect(documentOf({ query: text })).rejects.toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
  expect(prepared).toEqual([text]);
});
