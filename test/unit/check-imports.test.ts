import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'errand-check-imports-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** What the check says of a tree of files, given by their paths. */
function check(files: Record<string, string>): string[] {
  rmSync(join(root, 'src'), { recursive: true, force: true });
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), code);
  }
  const { status, stderr } = spawnSync(process.execPath, ['scripts/check-imports.js', root], { encoding: 'utf8' });
  const faults = stderr.split('\n').filter((line) => line !== '');
  expect(status).toBe(faults.length > 0 ? 1 : 0);
  return faults;
}

test('a folder imports from what stands before it', () => {
  expect(
    check({
      'src/domain/reminders/a.ts': "import { b } from '../tasks/b.ts';\nimport type { App } from '../../app.ts';\n",
      'src/domain/tasks/b.ts': "import { z } from 'zod';\n",
      'src/app.ts': "import { b } from './domain/tasks/b.ts';\nimport pg from 'pg';\n",
      'src/schema/tasks/c.ts': "import SchemaBuilder from '@pothos/core';\n",
    }),
  ).toEqual([]);
});

test.each([
  [
    'a folder above',
    'src/domain/tasks/a.ts',
    "import { b } from '../reminders/b.ts';",
    'must not know src/domain/reminders',
  ],
  [
    'a type of one',
    'src/domain/tasks/a.ts',
    "import type {\n  B,\n} from '../reminders/b.ts';",
    'must not know src/domain/reminders',
  ],
  [
    'one that is loaded later',
    'src/events/a.ts',
    "const b = await import('../domain/undo/b.ts');",
    'must not know src/domain/undo',
  ],
  ['jobs in the API', 'src/server/a.ts', "import { b } from '../jobs/b.ts';", 'must not know src/jobs'],
  ['Pothos outside the schema', 'src/resolvers/a.ts', "import { b } from '@pothos/core';", 'does not use @pothos/core'],
  ['the queue in the domain', 'src/domain/tasks/a.ts', "import { b } from 'bullmq';", 'does not use bullmq'],
  ['a folder without a place', 'src/domain/new/a.ts', '', 'put src/domain/new into its place'],
])('%s is refused', (_, path, code, fault) => {
  expect(check({ [path]: code })).toEqual([expect.stringContaining(fault)]);
});
