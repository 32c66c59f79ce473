import { startBare } from '../harness/bare.ts';
import { compareHttp } from '../harness/compare.ts';
import { startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import type { Row } from '../row.ts';

export const listQuery = `query Tasks {
  tasks(first: 50) {
    nodes {
      id title notes status priority tags version isOverdue
      due { date at timeZone }
      createdAt updatedAt completedAt deletedAt
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const taskList: Row = {
  name: 'tasks',
  measures: 'tasks(first: 50) over HTTP, against bare node:http + pg',
  goal: { atLeast: 0.55 },
  async run(world) {
    await using errand = await startErrand(world);
    await using bare = await startBare(world);
    return await compareHttp(
      world,
      { server: errand, target: graphqlTarget(errand.url, world, listQuery) },
      { server: bare, target: { url: `${bare.url}/tasks`, request: { method: 'GET' } } },
    );
  },
};
