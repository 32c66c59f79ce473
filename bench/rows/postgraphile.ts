import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { compareHttp } from '../harness/compare.ts';
import { type Server, startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import { repositoryPath } from '../harness/paths.ts';
import type { World } from '../harness/world.ts';
import type { Row } from '../row.ts';
import { listQuery } from './task-list.ts';

/** The same rows of the same user. PostGraphile asks nobody who they are, so the user is part of the question. */
const query = `query Tasks($tenant: UUID!, $user: UUID!) {
  allTasks(
    first: 50
    orderBy: [CREATED_AT_DESC, ROW_ID_DESC]
    condition: { tenantId: $tenant, creatorId: $user, deletedAt: null }
  ) {
    nodes {
      id title notes status priority tags version
      dueDate dueAt dueTimeZone
      createdAt updatedAt completedAt deletedAt
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const folder = repositoryPath('bench/postgraphile');
const startsWithinMs = 60_000;

export const againstPostgraphile: Row = {
  name: 'postgraphile',
  measures: 'tasks(first: 50) over HTTP, against PostGraphile 5, both on Node.js 24',
  goal: { atLeast: 1.2 },
  async run(world) {
    if (!existsSync(`${folder}/node_modules`)) {
      const reason = 'to enable it: npx -y -p node@24 -p npm@11 npm ci --prefix bench/postgraphile';
      return { kind: 'skipped', reason };
    }
    const node = await node24();
    await using errand = await startErrand(world, node);
    await using postgraphile = await startPostgraphile(world, node);
    const variables = { tenant: world.seeded.tenantId, user: world.seeded.userId };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query, variables });
    return await compareHttp(
      world,
      { server: errand, target: graphqlTarget(errand.url, world, listQuery) },
      { server: postgraphile, target: { url: postgraphile.url, request: { method: 'POST', headers, body } } },
    );
  },
};

async function startPostgraphile({ databaseUrl, poolSize }: World, node: string): Promise<Server> {
  const child = spawn(node, [`${folder}/server.mjs`], {
    env: { ...process.env, NODE_ENV: 'production', DATABASE_URL: databaseUrl, POOL_SIZE: String(poolSize) },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(child, 'exit');
  const [url] = (await once(child.stdout, 'data', { signal: AbortSignal.timeout(startsWithinMs) })) as [Buffer];
  return {
    url: url.toString().trim(),
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Its program alone, without npx around it, so that it can be stopped. */
async function node24(): Promise<string> {
  const { stdout } = await promisify(execFile)('npx', ['-y', '-p', 'node@24', 'node', '-p', 'process.execPath']);
  return stdout.trim().split('\n').at(-1) ?? '';
}
