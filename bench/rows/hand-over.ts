import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { startErrand } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import { seedPerson, seedTasks } from '../harness/seed.ts';
import { openWorldBeside } from '../harness/world.ts';
import type { Row } from '../row.ts';

const mutation = `mutation ($userId: ID!, $handOverTo: ID!) {
  removeMember(userId: $userId, handOverTo: $handOverTo) { changeId }
}`;

export const handOver: Row = {
  name: 'hand-over',
  measures: 'a member with 10,000 tasks removed over HTTP, the tasks assigned to another',
  goal: { below: 8 },
  async run(world) {
    await using beside = await openWorldBeside(world, 'hand_over');
    await using errand = await startErrand(beside);
    const { db, seeded } = beside;
    const member = await seedPerson(db, seeded.tenantId);
    for (let times = 0; times < 2; times += 1) await seedTasks(db, member);
    await db.query('VACUUM ANALYZE');
    const [userId, handOverTo] = [member, seeded].map((one) => encodeGlobalId('User', one.userId));
    const { url, request } = graphqlTarget(errand.url, beside, mutation, { userId, handOverTo });
    const startedAt = performance.now();
    const { errors } = (await (await fetch(url, request)).json()) as { errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return { kind: 'value', value: (performance.now() - startedAt) / 1000, unit: 's' };
  },
};
