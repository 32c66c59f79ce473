import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type SpawnedErrand, spawnErrand } from '../harness/errand.ts';
import type { Row } from '../row.ts';

/** Long enough for the garbage of starting to be collected. */
const restMs = 5_000;

export const firstStart: Row = {
  name: 'first-start',
  measures: 'first start on an empty home (own PostgreSQL, all in one process) to the first answered query',
  goal: { below: 3 },
  async run() {
    return inEmptyHome(async (home, startedAt) => {
      await using _errand = await startInHome(home);
      const seconds = (performance.now() - startedAt) / 1000;
      return { kind: 'value', value: seconds, unit: 's' };
    });
  },
};

export const memory: Row = {
  name: 'memory',
  measures: 'resident memory of the server (all in one process) at rest, without PostgreSQL',
  goal: { below: 150 },
  async run() {
    return inEmptyHome(async (home) => {
      await using errand = await startInHome(home);
      await delay(restMs);
      const text = await (await fetch(`${errand.url}/metrics`)).text();
      const bytes = Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
      return { kind: 'value', value: bytes / 1e6, unit: 'MB' };
    });
  },
};

async function inEmptyHome<T>(work: (home: string, startedAt: number) => Promise<T>): Promise<T> {
  const parent = await mkdtemp(join(tmpdir(), 'errand-bench-'));
  // When root runs the bench, PostgreSQL runs as another user and must get in.
  await chmod(parent, 0o755);
  try {
    return await work(join(parent, 'home'), performance.now());
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** Starts Errand and asks it its first question, as a script would: with the token that lies in its home. */
async function startInHome(home: string): Promise<SpawnedErrand> {
  const errand = await spawnErrand('start', { ERRAND_HOME: home, DATABASE_URL: '' });
  await errand.answers(async () => {
    const token = (await readFile(join(home, 'owner-token'), 'utf8')).trim();
    const response = await fetch(`${errand.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ me { user { name } } }' }),
    });
    return response.ok && 'data' in ((await response.json()) as object);
  });
  return errand;
}
