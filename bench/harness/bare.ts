import { startChild } from './child.ts';
import type { Server } from './errand.ts';
import type { World } from './world.ts';

/** The ceiling: node:http and node-postgres with prepared statements, and nothing else. */
export async function startBare(world: World): Promise<Server> {
  const { tenantId, userId } = world.seeded;
  const child = await startChild<string, string>('bare.js', {
    env: {
      DATABASE_URL: world.databaseUrl,
      POOL_SIZE: String(world.poolSize),
      TENANT_ID: tenantId,
      USER_ID: userId,
    },
  });
  return { url: await child.ask('url'), pid: child.pid, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}
