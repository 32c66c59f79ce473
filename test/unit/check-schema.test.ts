import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'errand-check-schema-'));
  for (const name of ['scripts', 'docs']) mkdirSync(join(folder, name));
  for (const name of ['scripts/check-schema.js', 'schema.released.graphql']) cpSync(name, join(folder, name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function check(schema: string, declared = '') {
  writeFileSync(join(folder, 'schema.graphql'), schema);
  writeFileSync(join(folder, 'docs/breaking-changes.md'), declared);
  const { status, stderr } = spawnSync(process.execPath, ['scripts/check-schema.js'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stderr };
}

const released = readFileSync('schema.released.graphql', 'utf8');

test('a field that clients of the last release use cannot be removed unless that is declared', () => {
  expect(check(released)).toEqual({ status: 0, stderr: '' });
  const without = released.replace(/(type Tenant [^}]*?)"""[^"]*"""\s*name: String!/, '$1');
  expect(without).not.toBe(released);
  const refused = check(without);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain('Tenant.name was removed.');
  expect(check(without, '- Tenant.name was removed.\n  It was empty.').status).toBe(0);
});
