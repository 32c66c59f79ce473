import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { patienceMs } from './test/support/until.ts';

// vitest would load graphql twice, as CommonJS and as ESM, and graphql refuses to mix them.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };

// Whatever comes late on a busy machine has the time of several waits; what never comes is named by the wait for it.
const limits = { testTimeout: 5 * patienceMs, hookTimeout: 5 * patienceMs, expect: { poll: { timeout: patienceMs } } };

function project(name: string, test: TestProjectInlineConfiguration['test'] = {}): TestProjectInlineConfiguration {
  // Nothing happens when a module is imported, so the files of a worker share what they import.
  return { resolve, test: { name, include: [`test/${name}/**/*.test.ts`], isolate: false, ...limits, ...test } };
}

const postgres = './test/support/global-postgres.ts';

export default defineConfig({
  test: {
    // More than most machines have to spare: many tests wait, for a retry's time or a lease to run out. Those that wait
    // longest, the end-to-end ones, come first (vitest sorts projects by name), so that the others compute meanwhile.
    maxWorkers: 5,
    projects: [
      project('unit'),
      project('integration', { globalSetup: [postgres] }),
      project('e2e', {
        globalSetup: [postgres, './test/support/global-build.ts', './test/support/global-home.ts'],
      }),
    ],
  },
});
