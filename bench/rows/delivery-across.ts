import { openAudience } from '../harness/audience.ts';
import { startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import type { Row } from '../row.ts';
import { subscriberOptions } from './delivery.ts';

const mutation = `mutation Tell($input: CreateTaskInput!) { createTask(input: $input) { changeId } }`;

export const deliveryAcross: Row = {
  name: 'delivery-across',
  measures: 'mutation on one process to a subscriber of another: p50',
  goal: { below: 100 },
  async run(world) {
    await using here = await startErrand(world);
    await using there = await startErrand(world);
    await using audience = await openAudience();
    const options = { ...subscriberOptions(there.url, world), variables: { filter: { tags: ['across'] } } };
    await audience.connect({ options, count: 1, isMatching: true });
    const tell = graphqlTarget(here.url, world, mutation, { input: { title: 'Tell the other', tags: ['across'] } });
    await audience.deliver(tell, 10);
    const delays = await audience.deliver(tell, 40);
    const detail = `p99 ${delays.p99.toFixed(1)} ms, max ${delays.max.toFixed(1)} ms over ${delays.deliveries} deliveries`;
    return { kind: 'value', value: delays.p50, unit: 'ms', detail };
  },
};
