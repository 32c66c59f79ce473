import { readFile } from 'node:fs/promises';
import * as plugin from '@graphql-eslint/eslint-plugin';
import { ESLint, type Linter } from 'eslint';
import { parse, printSchema, validate } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { compileForRelay } from '../support/relay-compiler.ts';

let sdl: string;
let documents: string;
beforeAll(async () => {
  sdl = printSchema(schema);
  documents = await readFile(new URL('../support/relay-documents.graphql', import.meta.url), 'utf8');
});

describe('relay-compiler', () => {
  test('compiles paginated and refetchable fragments, mutations and subscriptions', async () => {
    const { artifacts, output } = await compileForRelay(sdl, documents);
    expect(output).toContain('Compilation completed');
    const texts = artifacts.flatMap((artifact) => /"text": (".*"),?$/m.exec(artifact)?.[1] ?? []);
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) expect(validate(schema, parse(JSON.parse(text)))).toEqual([]);
  });

  test.each([
    ['Task is no Node', (text: string) => text.replace(/(type Task) implements Node/, '$1')],
    [
      'a connection has no pageInfo',
      (text: string) => text.replace(/(type TaskConnection \{.*?)\n +pageInfo: PageInfo!/s, '$1'),
    ],
    ['an edge has no cursor', (text: string) => text.replace(/(type CommentEdge \{.*?)\n +cursor: String!/s, '$1')],
  ])('refuses them when %s', async (_, broken) => {
    const { artifacts, output } = await compileForRelay(broken(sdl), documents);
    expect(broken(sdl)).not.toBe(sdl);
    expect(output).toContain('Compilation failed');
    expect(artifacts).toEqual([]);
  });
});

describe('the Relay rules of graphql-eslint', () => {
  test('find nothing', async () => {
    expect(await lint(sdl)).toEqual([]);
  });

  test.each([
    ['relay-arguments', (text: string) => text.replace(/(\n {2}projects\(.*?)after: String/s, '$1after: TaskFilter')],
    ['relay-connection-types', (text: string) => text.replace('type TaskConnection {', 'input TaskConnection {')],
    ['relay-edge-types', (text: string) => text.replace(/(type TaskEdge \{.*?cursor: )String!/s, '$1Task!')],
    ['relay-page-info', (text: string) => text.replace('hasNextPage: Boolean!', 'hasNextPage: Int!')],
  ])('%s finds what is broken', async (rule, broken) => {
    expect(broken(sdl)).not.toBe(sdl);
    expect(await lint(broken(sdl))).toContainEqual(expect.stringContaining(rule));
  });
});

async function lint(text: string): Promise<string[]> {
  const languageOptions = { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: text } } };
  const rules: Linter.RulesRecord = {
    '@graphql-eslint/relay-arguments': 'error',
    '@graphql-eslint/relay-connection-types': 'error',
    // Short lists are plain lists, and entries such as those of a log have no identity: by themselves they are not found.
    '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
    '@graphql-eslint/relay-page-info': 'error',
  };
  const files = ['**/*.graphql'];
  const plugins = { '@graphql-eslint': plugin as never };
  const eslint = new ESLint({
    overrideConfigFile: true,
    overrideConfig: [{ files, languageOptions, plugins, rules } as Linter.Config],
  });
  const results = await eslint.lintText(text, { filePath: 'schema.graphql' });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, line, message }) => `${line} ${ruleId} ${message}`));
}
