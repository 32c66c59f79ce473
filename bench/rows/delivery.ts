import { openAudience } from '../harness/audience.ts';
import { readCpu } from '../harness/cpu.ts';
import { startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import type { World } from '../harness/world.ts';
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

const mutations = 40;

export const deliveryToSome = deliveryRow({ name: 'delivery-50', sockets: 1_000, matching: 50, goalMs: 15 });
export const deliveryToAll = deliveryRow({ name: 'delivery-1000', sockets: 1_000, matching: 1_000, goalMs: 50 });
export const deliveryToMany = deliveryRow({
  name: 'delivery-10000',
  sockets: 10_000,
  matching: 10_000,
  goalMs: 500,
  processes: 2,
});

type Delivery = { name: string; sockets: number; matching: number; goalMs: number; processes?: number };

function deliveryRow({ name, goalMs, ...delivery }: Delivery): Row {
  const { sockets, matching } = delivery;
  const who = matching === sockets ? 'all' : String(matching);
  return {
    name,
    measures: `mutation sent to subscriber, ${sockets.toLocaleString('en-US')} WebSockets, ${who} matching: p99`,
    goal: { below: goalMs },
    run: (world) => measure(world, delivery),
  };
}

async function measure(
  world: World,
  { sockets, matching, processes }: Omit<Delivery, 'name' | 'goalMs'>,
): Promise<Outcome> {
  await using errand = await startErrand(world);
  await using audience = await openAudience(processes);
  const options = (tag: string) => ({
    ...subscriberOptions(errand.url, world),
    variables: { filter: { tags: [tag] } },
  });
  await audience.connect({ options: options('told'), count: matching, isMatching: true });
  await audience.connect({ options: options('quiet'), count: sockets - matching, isMatching: false });
  const tell = graphqlTarget(errand.url, world, mutation, { input: { title: 'Tell everybody', tags: ['told'] } });
  // The first deliveries are compiled code's making; they are not measured.
  await audience.deliver(tell, 10);
  const before = await readCpu(errand.pid, world.postmaster);
  const delays = await audience.deliver(tell, mutations);
  const after = await readCpu(errand.pid, world.postmaster);
  const cpu =
    before && after
      ? `, ${((after.server - before.server) / mutations).toFixed(1)} ms of CPU time of the server per mutation`
      : '';
  const detail = `p50 ${delays.p50.toFixed(1)} ms, max ${delays.max.toFixed(1)} ms over ${delays.deliveries} deliveries, from before the mutation is sent${cpu}`;
  return { kind: 'value', value: delays.p99, unit: 'ms', detail };
}

export function subscriberOptions(url: string, { seeded }: World) {
  return { url: `${url.replace('http', 'ws')}/graphql`, token: seeded.token, query: changesQuery };
}
