import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** What a program loads when it starts: everything that it imports, and nothing that is loaded on first use. */
function loadedBy(entry: string) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const code = readFileSync(file, 'utf8');
    for (const [, name = ''] of code.matchAll(/^(?:import|export)\s+(?!type\b)[^'"]*?\bfrom ['"]([^'"]+)['"]/gm)) {
      if (name.startsWith('.')) visit(join(dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
  };
  visit(entry);
  return { files: [...files], packages: [...packages] };
}

/** Needed with Redis, for the first job, the first e-mail, the first JWT and the first visit of GraphiQL. */
const onFirstUse = ['ioredis', 'bullmq', 'nodemailer', 'jose', '@graphql-yoga/render-graphiql'];

test.each(['api', 'serve', 'worker'])('%s loads what few processes need on first use', (name) => {
  const { packages } = loadedBy(`src/main/${name}.ts`);
  expect(packages).toContain('pg');
  expect(packages.filter((each) => onFirstUse.includes(each))).toEqual([]);
});

test('the API loads no background work, and no rules for chat messages', () => {
  const { files } = loadedBy('src/main/api.ts');
  expect(files).toContain('src/server/server.ts');
  expect(files.filter((file) => /^src\/(jobs|domain\/chat\/rules)\//.test(file))).toEqual([]);
});

test('a worker loads no API', () => {
  const { files, packages } = loadedBy('src/main/worker.ts');
  expect(files).toContain('src/jobs/runner.ts');
  expect(files.filter((file) => /^src\/(schema|resolvers|server)\//.test(file))).toEqual([]);
  expect(packages.filter((name) => /graphql|pothos/.test(name))).toEqual([]);
});

test('before its database is being created, npm start has loaded no more than that needs', () => {
  expect(loadedBy('src/main/start.ts').packages.sort()).toEqual(['pg', 'zod']);
});
