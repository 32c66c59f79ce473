import { startChild } from '../harness/child.ts';
import { startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import type { World } from '../harness/world.ts';
import type { Delays, SubscribersAnswer, SubscribersQuestion } from '../processes/subscribers.ts';
import type { Outcome, Row } from '../row.ts';

export const changesQuery = `subscription Changes($filter: TaskFilter, $after: String) {
  taskChanged(filter: $filter, after: $after) {
    __typename
    ... on TaskChanged {
      kind changeId cursor
      task { id title notes status priority tags version isOverdue due { date at timeZone } createdAt updatedAt }
    }
  }
}`;

const mutation = `mutation Tell($input: CreateTaskInput!) { createTask(input: $input) { changeId } }`;

const connected = 1_000;
const mutations = 40;

export const deliveryToSome = deliveryRow({ name: 'delivery-50', matching: 50, goalMs: 50 });
export const deliveryToAll = deliveryRow({ name: 'delivery-1000', matching: connected, goalMs: 250 });

type Delivery = { name: string; matching: number; goalMs: number };

function deliveryRow({ name, matching, goalMs }: Delivery): Row {
  const who = matching === connected ? 'all' : String(matching);
  return {
    name,
    measures: `mutation sent to subscriber, 1,000 WebSockets, ${who} matching: p99`,
    goal: { below: goalMs },
    run: (world) => measure(world, matching),
  };
}

async function measure(world: World, matching: number): Promise<Outcome> {
  await using errand = await startErrand(world);
  await using subscribers = await startChild<SubscribersQuestion, SubscribersAnswer>('subscribers.js');
  const options = (tag: string) => ({
    ...subscriberOptions(errand.url, world),
    variables: { filter: { tags: [tag] } },
  });
  await subscribers.ask({
    kind: 'connect',
    options: options('told'),
    others: options('quiet'),
    matching,
    count: connected,
  });
  const tell = graphqlTarget(errand.url, world, mutation, { input: { title: 'Tell everybody', tags: ['told'] } });
  // The first deliveries are compiled code's making; they are not measured.
  await subscribers.ask({ kind: 'deliver', ...tell, mutations: 10 });
  const { delays } = (await subscribers.ask({ kind: 'deliver', ...tell, mutations })) as { delays: Delays };
  const detail = `p50 ${delays.p50.toFixed(1)} ms, max ${delays.max.toFixed(1)} ms over ${delays.deliveries} deliveries, from before the mutation is sent`;
  return { kind: 'value', value: delays.p99, unit: 'ms', detail };
}

export function subscriberOptions(url: string, { seeded }: World) {
  return { url: `${url.replace('http', 'ws')}/graphql`, token: seeded.token, query: changesQuery };
}
