import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// vitest would load graphql twice, as CommonJS and as ESM, and graphql refuses to mix them.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };

function project(name: string, test: TestProjectInlineConfiguration['test'] = {}): TestProjectInlineConfiguration {
  return { resolve, test: { name, include: [`test/${name}/**/*.test.ts`], ...test } };
}

const postgres = './test/support/global-postgres.ts';

export default defineConfig({
  test: {
    // More than most machines have to spare: many tests wait, for a retry's time or a lease to run out.
    maxWorkers: 4,
    projects: [
      // Nothing here waits, but a busy machine makes everything slow.
      project('unit', { testTimeout: 30_000 }),
      // Nothing happens when a module is imported, so the files of a worker share what they import.
      project('integration', { globalSetup: [postgres], isolate: false, testTimeout: 20_000, hookTimeout: 30_000 }),
      project('e2e', {
        globalSetup: [postgres, './test/support/global-build.ts'],
        testTimeout: 60_000,
        hookTimeout: 60_000,
        // After the others: real processes are started, some against the clock.
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
