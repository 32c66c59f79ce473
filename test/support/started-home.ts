import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { createTestHome, type TestHome } from './home.ts';

/** A home in which Errand ran before and was stopped: a copy, because a first start takes several times as long. */
export async function createStartedHome(): Promise<TestHome> {
  const home = await createTestHome();
  // Unlike Node's own, this copy belongs to whom the original does, as PostgreSQL demands.
  await promisify(execFile)('cp', ['-a', inject('startedHome'), home.path]);
  return home;
}
