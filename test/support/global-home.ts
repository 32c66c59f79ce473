import type { TestProject } from 'vitest/node';
import { createTestHome } from './home.ts';
import { spawnErrand } from './process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The home that `createStartedHome` copies; nobody starts in it. */
    startedHome: string;
  }
}

/** One first start, which most tests need to be over: it makes a cluster, applies all migrations and adds the owner. */
export default async function makeStartedHome(project: TestProject): Promise<() => Promise<void>> {
  const home = await createTestHome();
  await using errand = spawnErrand('start', { env: { ERRAND_HOME: home.path, PORT: '0' } });
  await errand.ready();
  project.provide('startedHome', home.path);
  return async () => {
    await home[Symbol.asyncDispose]();
  };
}
