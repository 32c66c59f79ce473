import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { CloseCode } from 'graphql-ws';
import { expect, test } from 'vitest';
import { variables } from '../../src/config/variables.ts';
import { schema } from '../../src/schema/index.ts';
import { closeCodes } from '../../src/server/websocket/close-codes.ts';
import { permissionTable } from '../support/permission-table.ts';

const architecture = readFileSync('docs/architecture.md', 'utf8');

/** The numbered lists of a section, by the bold words before each. */
function listsOf(section: string): Record<string, string[]> {
  const [, text = ''] = architecture.split(`## ${section}`);
  const [own = ''] = text.split('\n## ');
  return Object.fromEntries(
    own
      .split(/^\*\*/m)
      .slice(1)
      .map((part) => [part.split('**')[0], part.match(/^\d\. .*/gm) ?? []]),
  );
}

test('to add something takes five files at most', () => {
  const lists = listsOf('Where to add …');
  expect(Object.keys(lists)).toHaveLength(6);
  for (const files of Object.values(lists)) expect([1, 2, 3, 4, 5]).toContain(files.length);
});

test('a walk from the edge to the database is seven files at most, each of which exists', () => {
  const walks = listsOf('Four walks');
  expect(Object.keys(walks)).toHaveLength(4);
  for (const steps of Object.values(walks)) {
    expect(steps.length).toBeGreaterThan(3);
    expect(steps.length).toBeLessThanOrEqual(7);
    for (const step of steps) expect(step).toMatch(/^\d\. `src\/\S+\.ts`: /);
  }
});

test('every file and folder that the documentation names is there', () => {
  const documents = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const texts = ['README.md', ...documents.map((name) => `docs/${name}`)].map((name) => readFileSync(name, 'utf8'));
  const named = texts.flatMap(
    (text) => text.match(/(?<=`)(?:src|test|docs|scripts|bench|web|prisma)\/[\w./-]*(?=`)/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !existsSync(name))).toEqual([]);
});

/** The default of each variable in the tables of docs/security.md, with its digits in one group. */
function documentedLimits(): Map<string, string> {
  const rows = readFileSync('docs/security.md', 'utf8').matchAll(/^\|[^|]*\|([^|]*)\| `(ERRAND_LIMIT_\w+)` \|/gm);
  return new Map(
    [...rows].map(([, shown = '', name = '']) => [name, shown.replaceAll(/(?<=\d),(?=\d{3})/g, '').trim()]),
  );
}

test('every limit is documented with its default', () => {
  const limits = Object.entries(variables).filter(([name]) => name.startsWith('ERRAND_LIMIT_'));
  const documented = documentedLimits();
  expect([...documented.keys()].toSorted()).toEqual(limits.map(([name]) => name).toSorted());
  for (const [name, { fallback }] of limits) {
    expect(documented.get(name), name).toMatch(new RegExp(`^${fallback}( |$)`));
  }
});

test('the table of permissions is that of the schema', () => {
  const expected = permissionTable(schema);
  const [header = ''] = expected.split('\n');
  const [, after = ''] = readFileSync('docs/api.md', 'utf8').split(header);
  expect(header + after.split('\n\n')[0]).toBe(expected);
});

test('every close code of a WebSocket is documented, with what to do', () => {
  const rows = [...readFileSync('docs/api.md', 'utf8').matchAll(/^\| (\d{4}) \|[^|]+\|[^|]+\|$/gm)];
  const documented = rows.map(([, code]) => Number(code));
  const ofProtocol = [
    CloseCode.BadRequest,
    CloseCode.SubscriberAlreadyExists,
    CloseCode.ConnectionInitialisationTimeout,
  ];
  expect(documented).toEqual(expect.arrayContaining([...Object.values(closeCodes), ...ofProtocol]));
});
