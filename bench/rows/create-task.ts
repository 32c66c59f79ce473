import { startBare } from '../harness/bare.ts';
import { compareHttp, type Target } from '../harness/compare.ts';
import { startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import type { World } from '../harness/world.ts';
import type { Row } from '../row.ts';

const mutation = `mutation CreateTask($input: CreateTaskInput!) {
  createTask(input: $input) {
    changeId
    task { id title status priority tags version createdAt updatedAt }
  }
}`;
const input = { title: 'Buy milk before the shop closes' };

export const createTask: Row = {
  name: 'create-task',
  measures: 'createTask over HTTP, against the same statements behind bare node:http',
  goal: { atLeast: 0.65 },
  async run(world) {
    await using errand = await startErrand(world);
    await using bare = await startBare(world);
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(input) } as const;
    return await compareHttp(
      world,
      { server: errand, target: createTarget(errand.url, world) },
      { server: bare, target: { url: `${bare.url}/tasks`, request } },
    );
  },
};

export function createTarget(url: string, world: World): Target {
  return graphqlTarget(url, world, mutation, { input });
}
